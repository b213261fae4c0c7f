package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import ij.ImageStack;
import ij.plugin.HyperStackConverter;
import ij.process.ColorProcessor;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.keys.Numbers;
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

  /** The role of the latents before every evaluation and after the last. */
  public static final String LATENTS = "latentsteps";

  /** The role of the predicted noise. */
  public static final String NOISE = "noisesteps";

  /** The role of the predicted latents. */
  public static final String PREDICTED = "predictedsteps";

  /** The role of the predicted pictures. */
  public static final String DECODED = "imagesteps";

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
        Numbers.text(evaluation.timestep()),
        evaluation.sigma());
  }

  /**
   * The stacks that were asked for and have frames, in the order latents, noise, predicted,
   * decoded.
   *
   * @param picture where the region lies
   * @param latentsPlace where its latents lie
   * @param runs the number of all runs; if all were finished, each is a slice of the hyperstacks
   */
  public Results images(Calibrated picture, Calibrated latentsPlace, int runs) {
    Results images = images(picture, latentsPlace);
    images.all().forEach(imp -> byRun(imp, runs));
    return images;
  }

  private static void byRun(ImagePlus imp, int runs) {
    if (runs > 1 && imp.getNFrames() % runs == 0) {
      imp.setDimensions(imp.getNChannels(), runs, imp.getNFrames() / runs);
      new HyperStackConverter().shuffle(imp, HyperStackConverter.CTZ);
    }
  }

  private Results images(Calibrated picture, Calibrated latentsPlace) {
    Results images = withLatents(Results.NONE, LATENTS, "Latents by step", latents);
    images.all().forEach(kept::applyTo);
    images = withLatents(images, NOISE, "Noise by step", noise);
    images = withLatents(images, PREDICTED, "Predicted latents by step", predicted);
    images.all().forEach(latentsPlace::applyTo);
    return decoded == null ? images : images.with(DECODED, pictures(picture));
  }

  private Results withLatents(Results images, String role, String title, ImageStack stack) {
    boolean isEmpty = stack == null || stack.size() == 0;
    return isEmpty ? images : images.with(role, LatentImages.image(title, stack, channels));
  }

  private ImagePlus pictures(Calibrated picture) {
    ImagePlus pictures = new ImagePlus("Images by step", decoded);
    pictures.setDimensions(1, 1, decoded.size());
    pictures.setOpenAsHyperStack(true);
    picture.applyTo(pictures);
    return pictures;
  }

  /** The parts of the picture that the runs keep; "Latents by step" gets them, too. */
  public KeptParts kept() {
    return kept;
  }
}
