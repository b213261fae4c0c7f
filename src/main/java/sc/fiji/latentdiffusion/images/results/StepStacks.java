/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.images.imagej.Copies;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;

/**
 * Collects the evaluations of runs in hyperstacks, a slice for each run and a frame for each
 * evaluation; "Latents by step" has one more frame, the final latents. They open at the last frame.
 *
 * <p>Latents, noise and predicted latents cover the region as the model sees it, padded to
 * multiples of the latents' factor; the pictures are cropped to the region.
 */
public final class StepStacks {

  /** The role of the latents before every evaluation and after the last. */
  public static final String LATENTS = "latentsteps";

  /** The role of the predicted noise. */
  public static final String NOISE = "noisesteps";

  /** The role of the predicted latents. */
  public static final String PREDICTED = "predictedsteps";

  /** The role of the predicted pictures. */
  public static final String DECODED = "imagesteps";

  /** The role of the denoiser's inputs, decoded. */
  public static final String NOISY = "noisysteps";

  /** The role of the noise that is predicted of the prompt. */
  public static final String CONDITIONAL = "conditionalsteps";

  /** The role of the noise that is predicted of the negative prompt. */
  public static final String UNCONDITIONAL = "unconditionalsteps";

  /** The unit of the frames' axis, of which each frame is one. */
  public static final String TIME_UNIT = "evaluation";

  private final Stacks which;
  private final KeptParts kept = new KeptParts();
  private final List<RunFrames> runs = new ArrayList<>();

  /**
   * @param which of the stacks to make
   */
  public StepStacks(Stacks which) {
    this.which = which;
  }

  /**
   * Begins a run; it stands behind earlier runs.
   *
   * @param name of the run, for the labels; may be empty
   * @param evaluations the labels of its evaluations
   * @param decoder decodes latents {@code [1, channels, height, width]} to an image of one slice
   * @return takes the run's evaluations
   */
  public RunFrames begin(
      String name, List<EvaluationLabel> evaluations, Function<NDArray, ImagePlus> decoder) {
    RunFrames frames = new RunFrames(which, decoder, name, evaluations);
    runs.add(frames);
    return frames;
  }

  /**
   * Returns the wanted stacks that have frames, in the order latents, noise, predicted, decoded,
   * noisy, conditional, unconditional. A run that was stopped is left out, unless none has come to
   * its end.
   *
   * @param picture calibration of the region
   * @param latent calibration of its latents
   */
  public Results images(Calibrated picture, Calibrated latent) {
    Results images =
        with(Results.NONE, LATENTS, latents("Latents by step", RunFrames::latents, latent));
    images.all().forEach(kept::applyTo);
    ImagePlus noise = latents("Noise by step", RunFrames::noise, latent);
    images = with(images, NOISE, Quantity.NOISE.told(noise));
    ImagePlus predicted = latents("Predicted latents by step", RunFrames::predicted, latent);
    images = with(images, PREDICTED, Quantity.PREDICTED.told(predicted));
    images = with(images, DECODED, pictures("Images by step", RunFrames::decoded, picture));
    images = with(images, NOISY, pictures("Noisy images by step", RunFrames::noisy, picture));
    ImagePlus conditional = latents("Conditional noise by step", RunFrames::conditional, latent);
    images = with(images, CONDITIONAL, Quantity.NOISE.told(conditional));
    ImagePlus rest = latents("Unconditional noise by step", RunFrames::unconditional, latent);
    return with(images, UNCONDITIONAL, Quantity.NOISE.told(rest));
  }

  private static Results with(Results images, String role, ImagePlus image) {
    return image == null ? images : images.with(role, image);
  }

  private ImagePlus latents(
      String title, Function<RunFrames, ImageStack> quantity, Calibrated place) {
    List<ImageStack> slices = slices(quantity);
    if (slices.isEmpty()) return null;
    int channels = runs.get(0).channels();
    CompositeImage image =
        LatentImages.image(title, joined(slices, channels), channels, slices.size());
    place.inTime(TIME_UNIT).applyTo(image);
    return image;
  }

  private ImagePlus pictures(
      String title, Function<RunFrames, ImageStack> quantity, Calibrated place) {
    List<ImageStack> slices = slices(quantity);
    if (slices.isEmpty()) return null;
    ImagePlus first = runs.get(0).picture();
    int channels = first.getNChannels();
    int[] dimensions = {channels, slices.size(), slices.get(0).size() / channels};
    ImagePlus pictures = Copies.like(first, title, joined(slices, channels), dimensions);
    pictures.setOpenAsHyperStack(true);
    place.inTime(TIME_UNIT).applyTo(pictures);
    pictures.setPosition(1, 1, pictures.getNFrames());
    return pictures;
  }

  private List<ImageStack> slices(Function<RunFrames, ImageStack> quantity) {
    boolean anyWhole = runs.stream().anyMatch(RunFrames::isWhole);
    return runs.stream()
        .filter(run -> run.isWhole() || !anyWhole)
        .map(quantity)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Joins the frames of runs: channels first, then runs, then frames, as hyperstacks have them. */
  public static ImageStack joined(List<ImageStack> runs, int channels) {
    ImageStack first = runs.get(0);
    ImageStack all = new ImageStack(first.getWidth(), first.getHeight());
    for (int start = 1; start <= first.size(); start += channels) {
      for (ImageStack run : runs) {
        for (int i = start; i < start + channels; i++) {
          all.addSlice(run.getSliceLabel(i), run.getPixels(i));
        }
      }
    }
    return all;
  }

  /** Returns the parts of the picture that the runs keep, for "Latents by step". */
  public KeptParts kept() {
    return kept;
  }

  /** The quantity in a stack of steps that looks like latents and is none; a TIFF file keeps it. */
  public enum Quantity {
    /** Noise that the denoiser predicted. */
    NOISE("predicted noise, not latents"),

    /** Latents without noise, as predicted. */
    PREDICTED("latents as predicted, without the noise of their step");

    private static final String KEY = "quantity";

    private final String text;

    Quantity(String text) {
      this.text = text;
    }

    /** Returns an image, or null, that holds this quantity from now on. */
    ImagePlus told(ImagePlus image) {
      if (image != null) image.setProp(KEY, name());
      return image;
    }

    private boolean isOf(ImagePlus image) {
      return name().equals(image.getProp(KEY));
    }

    /** Returns a note for the user if an image to be decoded is no latents. */
    public static Optional<String> noteOnDecoding(ImagePlus image) {
      return NOISE.isOf(image) ? Optional.of(NOISE.note(image)) : Optional.empty();
    }

    /** Returns a note for the user if an image from which a run is to go on is no latents. */
    public static Optional<String> noteOnDenoising(ImagePlus image) {
      if (PREDICTED.isOf(image)) return Optional.of(PREDICTED.note(image));
      return noteOnDecoding(image);
    }

    private String note(ImagePlus image) {
      return "\"" + image.getTitle() + "\" holds " + text + ". Select \"Latents by step\" instead.";
    }
  }
}
