package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ij.CompositeImage;
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
 * Collects the evaluations of runs in hyperstacks, a frame for each; "Latents by step" has one more
 * frame, the final latents. They open at the last frame. It copies tensors and changes none.
 *
 * <p>Latents, noise and predicted latents cover the region as the model sees it, padded to
 * multiples of the latents' factor; the pictures are cropped to the region.
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
  private List<EvaluationLabel> labels = List.of();
  private ImageStack latents;
  private ImageStack noise;
  private ImageStack predicted;
  private ImageStack decoded;
  private int channels;

  /**
   * @param which of the stacks to make
   * @param decoder decodes latents [1, channels, height, width] to a picture
   */
  public StepStacks(Stacks which, Function<NDArray, ColorProcessor> decoder) {
    this.which = which;
    this.decoder = decoder;
  }

  /**
   * Begins a run; its frames stand behind those of earlier runs.
   *
   * @param name of the run, for the labels; may be empty
   * @param evaluations the labels of its evaluations
   */
  public void begin(String name, List<EvaluationLabel> evaluations) {
    prefix = name.isEmpty() ? "" : name + ", ";
    labels = evaluations;
  }

  /** Appends one frame to every stack. */
  @Override
  public void accept(Evaluated evaluated) {
    prepare(evaluated.sample().getShape());
    String label = label(evaluated.evaluation());
    if (which.latents()) {
      LatentImages.add(latents, evaluated.sample(), label);
    }
    if (which.noise()) {
      LatentImages.add(noise, evaluated.noise(), label);
    }
    if (which.predicted()) {
      LatentImages.add(predicted, evaluated.predOriginalSample(), label);
    }
    if (which.decoded()) {
      addPicture(decoder.apply(evaluated.predOriginalSample()), label);
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
      EvaluationLabel last = labels.get(labels.size() - 1);
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
    EvaluationLabel place = labels.get(evaluation.index());
    return String.format(
        Locale.ROOT,
        prefix + "step %d/%d%s, timestep %s, sigma %.5g",
        place.step(),
        place.steps(),
        place.partLabel(),
        Numbers.text(evaluation.timestep()),
        evaluation.sigma());
  }

  /**
   * Returns the wanted stacks that have frames, in the order latents, noise, predicted, decoded.
   *
   * @param picture calibration of the region
   * @param latent calibration of its latents
   * @param runs the number of all runs; if all were finished, each is a slice of the hyperstacks
   */
  public Results images(Calibrated picture, Calibrated latent, int runs) {
    Results images = images(picture, latent);
    images.all().forEach(imp -> byRun(imp, runs));
    return images;
  }

  private static void byRun(ImagePlus imp, int runs) {
    if (runs > 1 && imp.getNFrames() % runs == 0) {
      imp.setDimensions(imp.getNChannels(), runs, imp.getNFrames() / runs);
      new HyperStackConverter().shuffle(imp, HyperStackConverter.CTZ);
    }
    if (imp instanceof CompositeImage latents) LatentDisplay.applyTo(latents);
    else imp.setPosition(1, 1, imp.getNFrames());
  }

  private Results images(Calibrated picture, Calibrated latent) {
    Results images = withLatents(Results.NONE, LATENTS, "Latents by step", latents);
    images.all().forEach(kept::applyTo);
    images = withLatents(images, NOISE, "Noise by step", noise);
    images = withLatents(images, PREDICTED, "Predicted latents by step", predicted);
    images.all().forEach(latent::applyTo);
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

  /** Returns the parts of the picture that the runs keep, for "Latents by step". */
  public KeptParts kept() {
    return kept;
  }
}
