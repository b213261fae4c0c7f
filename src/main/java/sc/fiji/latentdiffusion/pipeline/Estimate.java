package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.io.Model;

/**
 * What a run will take, said before anything is loaded.
 *
 * @param seconds about; NaN as long as no run of the model was measured in this session
 * @param bytes at least, of memory: the weights and what decoding takes
 * @param present bytes of memory that the machine has
 */
public record Estimate(double seconds, double bytes, double present) {

  /** The size in pixels at which a model works, by its own size and factor. */
  public interface Size {

    /** Returns the request with its width and height. */
    Request of(Request request, int nativeSize, int factor);
  }

  /**
   * Of the runs of one request, one after the other. Only headers of files are read.
   *
   * @param request what decides it
   * @param modelsFolder where models are found by name
   * @param size at which the model works
   * @param range of the steps, for latents that are at some step already; else null
   * @param runs at least 1
   * @param models which ones were measured
   * @throws IOException if the model can't be found or read
   * @throws IllegalArgumentException if the machine has less memory than decoding takes, the range
   *     lies outside of the steps, or the model's settings are wrong
   */
  public static Estimate of(
      Request request, Path modelsFolder, Size size, StepRange range, int runs, LoadedModels models)
      throws IOException {
    Model model = Model.find(request.model(), modelsFolder);
    ModelSize files = models.size(model, request);
    Request sized = size.of(request, files.nativeSize(), files.vae().factor());
    Memory.require(sized.width(), sized.height(), files.vae());
    StepRange within = range == null ? null : range.within(request.steps());
    Origin origin = new Origin(null, null, null, within, null);
    int evaluations = origin.plan(files.noiseSchedule(), sized).steps().size();
    double seconds = models.speed(model, request).seconds(evaluations, sized);
    double bytes = files.weights() + files.vae().bytes(sized.width(), sized.height());
    return new Estimate(runs * seconds, bytes, Memory.present());
  }
}
