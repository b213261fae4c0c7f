/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import ij.ImagePlus;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.imagej.OpenImages;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * An image whose values weight the areas, 0…1: of 8 bit a 255th of the value, of 16 bit 1 for each
 * value above 0, of 32 bit the value, clamped, 0 for NaN.
 */
final class MaskImage {

  private final ImagePlus mask;
  private final ImagePlus image;
  private final Map<Integer, FloatProcessor> weights = new HashMap<>();

  private MaskImage(ImagePlus mask, ImagePlus image) {
    this.mask = mask;
    this.image = image;
  }

  /**
   * Finds a mask.
   *
   * @param name title or path; empty for none
   * @param image that is repainted
   * @param positions of that image that are repainted
   * @param scale whether a mask of another size is resized
   * @throws IllegalArgumentException if there is no such image, or it can't be a mask of the image
   */
  static Optional<MaskImage> of(
      String name, ImagePlus image, List<Slices.Position> positions, boolean scale) {
    if (name.isEmpty()) return Optional.empty();
    ImagePlus mask =
        OpenImages.find(name, "mask")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        String.format(
                            "mask must be the title of an open image or the path of a file, but is"
                                + " \"%s\", which is neither. Open are: %s.",
                            name, OpenImages.titles())));
    MaskImage found = new MaskImage(mask, image);
    found.requireGrey();
    found.requireSize(scale);
    found.requireSlices();
    found.requireValues(positions);
    return Optional.of(found);
  }

  private void requireGrey() {
    int type = mask.getType();
    if (type != ImagePlus.COLOR_RGB && type != ImagePlus.COLOR_256) return;
    throw new IllegalArgumentException(
        String.format(
            "The mask \"%s\" must be grey, of 8, 16 or 32 bit, but is in colours. Make it 8-bit"
                + " (Image ▸ Type ▸ 8-bit).",
            mask.getTitle()));
  }

  private void requireSize(boolean scale) {
    if (scale || isSameSize()) return;
    throw new IllegalArgumentException(
        String.format(
            "The mask must be as large as the image, %d×%d pixels, but \"%s\" is %d×%d. Give"
                + " another mask, or scale=true, which resizes it.",
            image.getWidth(),
            image.getHeight(),
            mask.getTitle(),
            mask.getWidth(),
            mask.getHeight()));
  }

  private boolean isSameSize() {
    return mask.getWidth() == image.getWidth() && mask.getHeight() == image.getHeight();
  }

  private void requireSlices() {
    int slices = slices(mask);
    if (slices == 1 || slices == slices(image)) return;
    throw new IllegalArgumentException(
        String.format(
            "The mask must have one slice, or as many as the image, %d, but \"%s\" has %d.",
            slices(image), mask.getTitle(), slices));
  }

  private static int slices(ImagePlus image) {
    return image.getNSlices() * image.getNFrames();
  }

  private void requireValues(List<Slices.Position> positions) {
    double most = 0;
    for (Slices.Position at : positions) most = Math.max(most, slice(index(at)).getStats().max);
    if (mask.getBitDepth() == 8 && most == 1) {
      throw new IllegalArgumentException(
          String.format(
              "The mask \"%s\" has no value above 1, but 255 is the full weight of an 8-bit mask."
                  + " Multiply it by 255 (Process ▸ Math ▸ Multiply…).",
              mask.getTitle()));
    }
    if (most > 0) return;
    throw new IllegalArgumentException(
        String.format(
            "The mask \"%s\" must have values above 0, where the image is repainted, but has none.",
            mask.getTitle()));
  }

  /** Returns whether its weights depend on the slice. */
  boolean isStack() {
    return slices(mask) > 1;
  }

  /** Returns the weights of a position, of the image's size. */
  FloatProcessor at(Slices.Position at) {
    return weights.computeIfAbsent(index(at), this::weights);
  }

  /** Returns the number of the slice, from 0, that belongs to a position of the image. */
  private int index(Slices.Position at) {
    return isStack() ? (at.frame() - 1) * image.getNSlices() + at.slice() - 1 : 0;
  }

  private ImageProcessor slice(int index) {
    if (mask.getStackSize() == 1) return mask.getProcessor();
    int slice = isStack() ? index % mask.getNSlices() + 1 : 1;
    int frame = isStack() ? index / mask.getNSlices() + 1 : 1;
    return mask.getStack().getProcessor(mask.getStackIndex(mask.getC(), slice, frame));
  }

  private FloatProcessor weights(int index) {
    FloatProcessor values = slice(index).duplicate().convertToFloatProcessor();
    for (int i = 0; i < values.getPixelCount(); i++) {
      values.setf(i, weight(values.getf(i)));
    }
    if (isSameSize()) return values;
    values.setInterpolationMethod(ImageProcessor.BILINEAR);
    return (FloatProcessor) values.resize(image.getWidth(), image.getHeight());
  }

  private float weight(float value) {
    return switch (mask.getBitDepth()) {
      case 8 -> value / 255;
      case 16 -> value > 0 ? 1 : 0;
      default -> Float.isNaN(value) ? 0 : Math.max(0, Math.min(1, value));
    };
  }

  /** Returns a note on the meaning of a 16-bit mask's values. */
  Optional<String> note() {
    if (mask.getBitDepth() != 16) return Optional.empty();
    return Optional.of(
        String.format(
            "The mask \"%s\" is of 16 bit: its values are labels, and each above 0 has the weight"
                + " 1.",
            mask.getTitle()));
  }
}
