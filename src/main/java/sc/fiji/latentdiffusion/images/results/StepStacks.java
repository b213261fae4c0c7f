package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import ij.ImageStack;
import ij.plugin.HyperStackConverter;
import ij.process.ColorProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.pipeline.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * Lays the steps that a run yields out as hyperstacks, one frame a U-Net evaluation; "Latents by
 * step" has one more, the final latents. It copies what it shows and changes nothing.
 *
 * <p>Latents, noise and predicted latents cover the region as the model sees it, padded to
 * multiples of the factor; the pictures are cropped to the region.
 */
public final class StepStacks implements Consumer<Evaluated> {

  private final Stacks which;
  private final Function<NDArray, ColorProcessor> decoder;
  private String prefix = "";
  private final KeptParts kept = new KeptParts();
  private List<EvaluationLabel> parts = List.of();
  private ImageStack latents;
  private ImageStack noise;
  private ImageStack predicted;
  private ImageStack decoded;
  private int channels;

  /**
   * Stacks without a frame.
   *
   * @param which of the stacks to make
   * @param decoder makes a picture of latents [1, channels, height, width] and frees its memory
   */
  public StepStacks(Stacks which, Function<NDArray, ColorProcessor> decoder) {
    this.which = which;
    this.decoder = decoder;
  }

  /**
   * Begins a run, whose frames stand behind those of earlier ones.
   *
   * @param name of the run, for the labels; may be empty
   * @param evaluations of the run, for the labels
   */
  public void begin(String name, List<EvaluationLabel> evaluations) {
    prefix = name.isEmpty() ? "" : name + ", ";
    parts = evaluations;
  }

  /** Appends one frame to every stack. */
  @Override
  public void accept(Evaluated sampling) {
    prepare(sampling.sample().getShape());
    String label = label(sampling.evaluation());
    if (which.latents()) {
      LatentImages.add(latents, sampling.sample(), label);
    }
    if (which.noise()) {
      LatentImages.add(noise, sampling.noise(), label);
    }
    if (which.predicted()) {
      LatentImages.add(predicted, sampling.predOriginalSample(), label);
    }
    if (which.decoded()) {
      addPicture(decoder.apply(sampling.predOriginalSample()), label);
    }
  }

  /**
   * Appends the last frame of "Latents by step".
   *
   * @param sample the final latents, [1, channels, height, width]
   */
  public void finish(NDArray sample) {
    prepare(sample.getShape());
    if (which.latents()) {
      EvaluationLabel last = parts.get(parts.size() - 1);
      LatentImages.add(latents, sample, prefix + LatentStep.label(last.step(), last.steps()));
    }
  }

  private void prepare(Shape shape) {
    if (latents == null) {
      channels = Math.toIntExact(shape.get(1));
      int height = Math.toIntExact(shape.get(2));
      int width = Math.toIntExact(shape.get(3));
      latents = new ImageStack(width, height);
      noise = new ImageStack(width, height);
      predicted = new ImageStack(width, height);
    }
  }

  private void addPicture(ColorProcessor picture, String label) {
    if (decoded == null) {
      decoded = new ImageStack(picture.getWidth(), picture.getHeight());
    }
    decoded.addSlice(label, picture);
  }

  private String label(Evaluation evaluation) {
    EvaluationLabel part = parts.get(evaluation.index());
    return String.format(
        Locale.ROOT,
        prefix + "step %d/%d%s, timestep %s, sigma %.5g",
        part.step(),
        part.steps(),
        part.partLabel(),
        Info.number(evaluation.timestep()),
        evaluation.sigma());
  }

  /**
   * The stacks that were asked for and have frames, in the order latents, noise, predicted,
   * decoded.
   *
   * @param picture where the region lies
   * @param latentsPlace where its latents lie
   * @param runs that there were to be; where all were, each is a slice of the hyperstacks
   */
  public List<ImagePlus> images(Calibrated picture, Calibrated latentsPlace, int runs) {
    List<ImagePlus> images = images(picture, latentsPlace);
    images.forEach(imp -> byRun(imp, runs));
    return images;
  }

  private static void byRun(ImagePlus imp, int runs) {
    if (runs > 1 && imp.getNFrames() % runs == 0) {
      imp.setDimensions(imp.getNChannels(), runs, imp.getNFrames() / runs);
      new HyperStackConverter().shuffle(imp, HyperStackConverter.CTZ);
    }
  }

  private List<ImagePlus> images(Calibrated picture, Calibrated latentsPlace) {
    List<ImagePlus> images = new ArrayList<>();
    addLatents(images, "Latents by step", latents);
    images.forEach(kept::applyTo);
    addLatents(images, "Noise by step", noise);
    addLatents(images, "Predicted latents by step", predicted);
    images.forEach(latentsPlace::applyTo);
    if (decoded != null) {
      ImagePlus pictures = new ImagePlus("Images by step", decoded);
      pictures.setDimensions(1, 1, decoded.size());
      pictures.setOpenAsHyperStack(true);
      picture.applyTo(pictures);
      images.add(pictures);
    }
    return images;
  }

  /** What the runs hold of the picture: "Latents by step" gets it, too. */
  public KeptParts kept() {
    return kept;
  }

  private void addLatents(List<ImagePlus> images, String title, ImageStack stack) {
    if (stack != null && stack.size() > 0) {
      images.add(LatentImages.image(title, stack, channels));
    }
  }
}
