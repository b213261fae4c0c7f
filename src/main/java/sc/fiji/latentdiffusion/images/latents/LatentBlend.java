/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.imagej.OpenImages;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.LatentStep;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.random.Slerp;

/** Blends the current frames of two latent images. */
public final class LatentBlend {

  /** The ways from one to the other. */
  public static final List<String> METHODS = List.of("slerp", "lerp");

  private static final String CHANNEL = ", channel \\d+$";

  private final ImagePlus a;
  private final ImagePlus b;

  /**
   * @param a the beginning
   * @param b the end
   * @throws IllegalArgumentException if either is no latent image, or they differ in size or
   *     channels
   */
  public LatentBlend(ImagePlus a, ImagePlus b) {
    LatentImages.check(a);
    LatentImages.check(b);
    this.a = a;
    this.b = b;
    if (channels(a) == channels(b)
        && a.getWidth() == b.getWidth()
        && a.getHeight() == b.getHeight()) {
      return;
    }
    throw new IllegalArgumentException(
        "Both latent images must have the same size and channels, but "
            + size(a)
            + " and "
            + size(b)
            + ". Encode pictures of one size, with one model.");
  }

  private static String size(ImagePlus image) {
    return String.format(
        "\"%s\" has %d × %d pixels in %d channels",
        image.getTitle(), image.getWidth(), image.getHeight(), channels(image));
  }

  private static int channels(ImagePlus image) {
    return image.getNChannels() == 1 ? image.getStackSize() : image.getNChannels();
  }

  /**
   * Finds an open image.
   *
   * @throws IllegalArgumentException if no image has the title; the message lists those that are
   *     open
   */
  public static ImagePlus titled(String title) {
    return OpenImages.find(title, "latent image")
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        "second must be the title of an open latent image, but is \"%s\". Open are:"
                            + " %s.",
                        title, OpenImages.titles())));
  }

  /**
   * Blends.
   *
   * @param method one of {@link #METHODS}: along a great circle ({@link Slerp}), or {@code (1−t) a
   *     + t b}
   * @param shares the t of each frame, 0 (a) … 1 (b)
   * @param call of the command, for the Info, which is followed by that of a
   * @return "Blended", with the place of a
   */
  public ImagePlus image(String method, double[] shares, MacroCall call) {
    int channels = channels(a);
    float[] from = values(a, channels);
    float[] to = values(b, channels);
    ImageStack stack = new ImageStack(a.getWidth(), a.getHeight());
    int size = from.length / channels;
    for (double share : shares) {
      float[] blend =
          method.equals("lerp") ? lerp(from, to, share) : Slerp.between(from, to, share);
      for (int c = 0; c < channels; c++) {
        float[] channel = Arrays.copyOfRange(blend, c * size, (c + 1) * size);
        stack.addSlice(label(share) + ", channel " + (c + 1), channel);
      }
    }
    CompositeImage image = LatentImages.image("Blended", stack, channels, 1);
    image.setCalibration(a.getCalibration().copy());
    image.setProperty("Info", a.getInfoProperty());
    new Info(call).put("blended", a.getTitle() + " and " + b.getTitle()).applyTo(image);
    return image;
  }

  private static float[] lerp(float[] a, float[] b, double t) {
    float[] sum = new float[a.length];
    for (int i = 0; i < a.length; i++) sum[i] = (float) ((1 - t) * a[i] + t * b[i]);
    return sum;
  }

  /** Joins the channels of the current frame and slice. */
  private static float[] values(ImagePlus image, int channels) {
    int size = image.getWidth() * image.getHeight();
    float[] values = new float[channels * size];
    for (int c = 0; c < channels; c++) {
      int index =
          image.getNChannels() == 1
              ? c + 1
              : image.getStackIndex(c + 1, image.getSlice(), image.getFrame());
      System.arraycopy(image.getStack().getPixels(index), 0, values, c * size, size);
    }
    return values;
  }

  /** Names the step of both, if they are at the same one. */
  private String label(double share) {
    String blend = "blend " + Numbers.text(share);
    Optional<LatentStep> step = LatentStep.of(a);
    if (step.isEmpty() || !step.equals(LatentStep.of(b))) return blend;
    String label = a.getStack().getSliceLabel(a.getCurrentSlice()).replaceFirst(CHANNEL, "");
    return String.format(Locale.ROOT, "%s, %s", blend, label);
  }
}
