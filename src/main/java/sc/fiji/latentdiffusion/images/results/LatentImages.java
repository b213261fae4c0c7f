/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import java.util.regex.Pattern;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.view.Views;
import sc.fiji.latentdiffusion.images.pixels.Tensors;

/** Latents as 32-bit hyperstacks, a channel for each latent channel, and any number of frames. */
public final class LatentImages {

  /** In the labels of latents. */
  private static final Pattern CHANNEL = Pattern.compile("\\bchannel \\d+");

  /** A picture has no more channels; all latents that are known have. */
  private static final int COLOURS = 3;

  private LatentImages() {}

  /**
   * Appends one frame.
   *
   * @param stack of the latents' width and height
   * @param latents [1, channels, height, width], float32; copied
   * @param label of the slices, before the channel's number
   */
  public static void add(ImageStack stack, NDArray latents, String label) {
    float[][] channels = Tensors.channels(latents);
    for (int c = 0; c < channels.length; c++) {
      stack.addSlice(label + ", channel " + (c + 1), channels[c]);
    }
  }

  /** Returns one frame as an image. */
  public static ImagePlus of(String title, NDArray latents, String label) {
    int width = Math.toIntExact(latents.getShape().get(3));
    int height = Math.toIntExact(latents.getShape().get(2));
    ImageStack stack = new ImageStack(width, height);
    add(stack, latents, label);
    return image(title, stack, stack.size(), 1);
  }

  /** Returns a stack of frames of slices of channels as a hyperstack. */
  public static CompositeImage image(String title, ImageStack stack, int channels, int slices) {
    ImagePlus imp = new ImagePlus(title, stack);
    imp.setDimensions(channels, slices, stack.size() / (channels * slices));
    CompositeImage composite = new CompositeImage(imp, CompositeImage.COLOR);
    composite.setOpenAsHyperStack(true);
    LatentDisplay.applyTo(composite);
    return composite;
  }

  /** As {@link #image}, of differences: each channel from −max to max of its absolute values. */
  public static CompositeImage differences(
      String title, ImageStack stack, int channels, int slices) {
    CompositeImage image = image(title, stack, channels, slices);
    LatentDisplay.symmetric(image);
    return image;
  }

  /**
   * Reads the latents of an image's current frame and slice.
   *
   * @param imp a 32-bit image with the model's number of channels, or a stack of as many slices
   * @param channels of the model's latents
   * @param manager owns the tensor
   * @return [1, channels, height, width], float32
   * @throws IllegalArgumentException if it is not a latent image, or not all values are finite
   */
  public static NDArray tensor(ImagePlus imp, int channels, NDManager manager) {
    check(imp, channels);
    for (int c = 0; c < channels; c++) {
      checkFinite(slice(imp, c), c, imp.getWidth());
    }
    int width = imp.getWidth();
    int height = imp.getHeight();
    return Tensors.create(
        manager,
        channels,
        height,
        width,
        image -> {
          for (int c = 0; c < channels; c++) {
            LoopBuilder.setImages(
                    ArrayImgs.floats(slice(imp, c), width, height), Views.hyperSlice(image, 2, c))
                .forEachPixel((value, x) -> x.set(value));
          }
        });
  }

  /** Returns whether the Info of an image says that it holds latents, and it can. */
  public static boolean isTold(ImagePlus imp) {
    if (imp.getType() != ImagePlus.GRAY32 || imp.getStringProperty(Info.FACTOR) == null) {
      return false;
    }
    String label = String.valueOf(imp.getStack().getSliceLabel(imp.getCurrentSlice()));
    String command = String.valueOf(imp.getStringProperty("command"));
    boolean isPicture = command.startsWith("Image to Image") && !CHANNEL.matcher(label).find();
    int channels = imp.getNChannels() == 1 ? imp.getStackSize() : imp.getNChannels();
    return channels > COLOURS && !isPicture;
  }

  /**
   * Checks that an image can be a latent image of some model.
   *
   * @throws IllegalArgumentException if there is none, its type differs, or it has a single channel
   *     and does not say that it holds latents
   */
  public static void check(ImagePlus imp) {
    String expected = "Expected a latent image (32-bit, a channel for each of the model's)";
    if (imp == null || imp.getProcessor() == null) { // or closed
      throw refused(expected, "no image is open");
    }
    requireFloats(imp, expected);
    if (imp.getStackSize() == 1 && imp.getStringProperty(Info.FACTOR) == null) {
      throw refused(expected, found(imp) + shape(imp));
    }
  }

  /**
   * Checks that an image can be a latent image of a model.
   *
   * @param channels of the model's latents
   * @throws IllegalArgumentException if its type or number of channels differs
   */
  public static void check(ImagePlus imp, int channels) {
    String expected = "Expected a latent image (32-bit, " + channels + " channels)";
    if (imp == null || imp.getProcessor() == null) { // or closed
      throw refused(expected, "found no image");
    }
    requireFloats(imp, expected);
    if (imp.getNChannels() != channels && !isPlainStack(imp, channels)) {
      throw refused(expected, found(imp) + shape(imp));
    }
  }

  private static void requireFloats(ImagePlus imp, String expected) {
    if (imp.getType() == ImagePlus.GRAY32) return;
    String type = imp.getType() == ImagePlus.COLOR_RGB ? "RGB" : imp.getBitDepth() + "-bit";
    throw refused(expected, found(imp) + " of type " + type);
  }

  private static String found(ImagePlus imp) {
    return "found \"" + imp.getTitle() + "\"";
  }

  private static String shape(ImagePlus imp) {
    return String.format(
        " with %d channel%s, %d slice%s and %d frame%s",
        imp.getNChannels(),
        imp.getNChannels() == 1 ? "" : "s",
        imp.getNSlices(),
        imp.getNSlices() == 1 ? "" : "s",
        imp.getNFrames(),
        imp.getNFrames() == 1 ? "" : "s");
  }

  private static IllegalArgumentException refused(String expected, String found) {
    return new IllegalArgumentException(
        expected
            + ", but "
            + found
            + ". Select the window that Show Latent… or a \"Latents by step\" stack has opened.");
  }

  private static boolean isPlainStack(ImagePlus imp, int channels) {
    return imp.getNChannels() == 1 && imp.getStackSize() == channels;
  }

  private static float[] slice(ImagePlus imp, int c) {
    int index =
        imp.getNChannels() == 1 ? c + 1 : imp.getStackIndex(c + 1, imp.getSlice(), imp.getFrame());
    return (float[]) imp.getStack().getPixels(index);
  }

  private static void checkFinite(float[] values, int c, int width) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            String.format(
                "Latents must be finite numbers, but pixel (%d, %d) of channel %d is %s. Give it a"
                    + " value, with Process ▸ Math ▸ NaN Background… or Macro…, for example.",
                i % width, i / width, c + 1, values[i]));
      }
    }
  }
}
