/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Memory;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Speed;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * What a run will take, said before anything is loaded.
 *
 * @param seconds about; NaN as long as no run of the model was measured in this session
 * @param bytes at least, of memory: the weights in memory at once, with those of add-ons, and the
 *     work of decoding
 * @param present bytes of memory that the machine has
 * @param notes for the user on the size at which the model works
 */
public record Estimate(double seconds, double bytes, double present, List<String> notes) {

  /** The size in pixels at which a model works. */
  public interface Size {

    /** Returns the request with its width and height. */
    Request of(Request request, Declaration model);
  }

  /** The time that a verb takes. */
  public interface Time {

    /**
     * Returns seconds, NaN if they are not known.
     *
     * @param speed of the model
     * @param schedule of the model
     * @param sized the request with its width and height
     */
    double of(Speed speed, NoiseSchedule schedule, Request sized);
  }

  /**
   * Estimates the runs of one request, as many at once as its batch, one after the other. Only
   * headers of files are read.
   *
   * @param request of the runs
   * @param modelsFolder where models are found by name
   * @param size at which the model works
   * @param range of the steps, for latents at some step
   * @param runs at least 1
   * @param coding of the autoencoder beside the decoding of each run
   * @param models which ones were measured
   * @throws IOException if the model or an add-on can't be found or read
   * @throws IllegalArgumentException if the model can't make pictures of this size, the machine has
   *     less memory than decoding takes, the range lies outside of the steps, or the model's
   *     settings are wrong
   */
  public static Estimate of(
      Request request,
      Path modelsFolder,
      Size size,
      Optional<StepRange> range,
      int runs,
      Speed.Coding coding,
      LoadedModels models)
      throws IOException {
    boolean keeps = models.declaration(request, modelsFolder).keptChannels() > 0;
    return of(
        request,
        modelsFolder,
        size,
        models,
        (speed, schedule, sized) -> {
          Plan plan =
              range
                  .map(part -> part.within(request.steps()).plan(schedule, sized))
                  .orElseGet(() -> StepRange.byStrength(schedule, sized));
          CacheOptions cache = request.sampling().cache();
          cache.require(keeps, StepRange.repeats(request), StepRange.count(plan));
          int evaluations = plan.evaluations().size();
          double seconds = seconds(speed, evaluations, sized, runs);
          return evaluations > 0 ? seconds + speed.seconds(coding, sized) : seconds;
        });
  }

  /**
   * Estimates a verb of one request. Only headers of files are read.
   *
   * @param request of the verb
   * @param modelsFolder where models are found by name
   * @param size at which the model works
   * @param models which ones were measured
   * @param time that it takes
   * @throws IOException if the model or an add-on can't be found or read
   * @throws IllegalArgumentException if the model can't make pictures of this size, the machine has
   *     less memory than decoding takes, or the model's settings are wrong
   */
  public static Estimate of(
      Request request, Path modelsFolder, Size size, LoadedModels models, Time time)
      throws IOException {
    Model model = Model.find(request.names(), modelsFolder);
    ModelSize files = models.size(model, request);
    files.declaration().requireDenoiser(request.model());
    Memory memory = Hardware.expectedMemory(request.device());
    GuidanceForm form = Families.of(model).guidance(model);
    Request guided = request.withGuidance(request.guidance().withForm(form));
    Request sized = size.of(guided, files.declaration()).withGuidanceFor(model.words());
    sized.requireFitting(files.declaration().latents());
    memory.require(sized.width(), sized.height(), files.decoding(sized));
    double seconds = time.of(models.speed(model, request), files.noiseSchedule(sized), sized);
    double bytes = files.bytes(request.addOns().parameters(modelsFolder), sized, memory.usable());
    List<String> notes =
        sized
            .tiling()
            .suggestion(sized.width(), sized.height(), files.declaration().nativeSize())
            .stream()
            .toList();
    return new Estimate(seconds, bytes, memory.bytes(), notes);
  }

  /** Returns the same with so many times the seconds. */
  public Estimate times(double factor) {
    return new Estimate(factor * seconds, bytes, present, notes);
  }

  private static double seconds(Speed speed, int evaluations, Request request, int runs) {
    int batch = request.sampling().batch();
    double whole = runs / batch * speed.seconds(evaluations, request);
    int rest = runs % batch;
    if (rest == 0) return whole;
    Request last = request.withSampling(request.sampling().withBatch(rest));
    return whole + speed.seconds(evaluations, last);
  }
}
