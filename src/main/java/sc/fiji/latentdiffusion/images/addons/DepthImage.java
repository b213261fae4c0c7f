/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.addons;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.Optional;
import sc.fiji.latentdiffusion.images.imagej.OpenImages;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.models.Sight;

/**
 * The image whose values a model takes for depth: stored values, of RGB the mean of the colours.
 *
 * @param image of any supported type
 */
public record DepthImage(ImagePlus image) {

  /**
   * Finds the image.
   *
   * @param named the title of an open image or the path of a file; empty for the active image
   * @param active the image that is repainted
   * @param sight of the model; empty for none
   * @return nothing if the model takes no depth
   * @throws IllegalArgumentException if it is missing, or named for a model that takes none
   */
  public static Optional<DepthImage> of(String named, ImagePlus active, Optional<Sight> sight) {
    if (sight.filter(Sight::takesDepth).isEmpty()) {
      if (named.isBlank()) return Optional.empty();
      throw new IllegalArgumentException(
          "depth must be empty, as the model sees no depth image, but is \"" + named + "\".");
    }
    if (named.isBlank()) return Optional.of(new DepthImage(active));
    ImagePlus image =
        OpenImages.find(named.trim(), "depth image").orElseThrow(() -> missing(named));
    Picture.check(image);
    return Optional.of(new DepthImage(image));
  }

  private static IllegalArgumentException missing(String named) {
    return new IllegalArgumentException(
        "depth must be the title of an open image or the path of a file, but found neither for \""
            + named
            + "\". Open are: "
            + OpenImages.titles()
            + ".");
  }

  /**
   * Returns the depth of what a model sees.
   *
   * @param view what it sees of the image that is repainted
   * @param frame of that image: of a depth image of the same size the same region is taken, any
   *     other is resampled to the size of what is seen
   * @param at the position of a stack, or null for the current position
   * @param owner owns the result
   * @return [1, 1, h, w], of the size of the view's picture, in proportion to the values
   */
  public NDArray seen(ModelView view, Region frame, Slices.Position at, NDManager owner) {
    Region whole = new Region(0, 0, image.getWidth(), image.getHeight());
    boolean isSame = whole.width() == frame.width() && whole.height() == frame.height();
    Region region = isSame ? view.seen() : whole;
    ImageProcessor[] values = {values(at, region)};
    Intensity[] range = {range(values[0])};
    Region all = new Region(0, 0, region.width(), region.height());
    Picture picture = new Picture(values, range, Selection.all(all), all);
    return isSame ? view.tensor(picture, owner) : view.fitted(picture, owner);
  }

  private ImageProcessor values(Slices.Position at, Region region) {
    ImageProcessor stored = processor(at);
    stored.setRoi(region.x(), region.y(), region.width(), region.height());
    ImageProcessor cut = stored.crop();
    stored.resetRoi();
    return cut instanceof ColorProcessor colours ? mean(colours) : cut;
  }

  private ImageProcessor processor(Slices.Position at) {
    boolean isSingle = image.getNSlices() * image.getNFrames() == 1;
    if (at == null || isSingle) return image.getProcessor();
    if (at.slice() > image.getNSlices() || at.frame() > image.getNFrames()) {
      throw new IllegalArgumentException(
          String.format(
              "The depth image \"%s\" has %d slices and %d frames, but slice %d of frame %d is"
                  + " repainted. Expected one for each, or a single one for all.",
              image.getTitle(), image.getNSlices(), image.getNFrames(), at.slice(), at.frame()));
    }
    int index = image.getStackIndex(image.getC(), at.slice(), at.frame());
    return image.getStack().getProcessor(index);
  }

  private static FloatProcessor mean(ColorProcessor colours) {
    FloatProcessor mean = new FloatProcessor(colours.getWidth(), colours.getHeight());
    for (int i = 0; i < mean.getPixelCount(); i++) {
      int rgb = colours.get(i);
      mean.setf(i, ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 3f);
    }
    return mean;
  }

  /** Maps the range of the stored values; those that are not finite do not count. */
  private static Intensity range(ImageProcessor values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.getPixelCount(); i++) {
      double value = values.getf(i);
      if (!Double.isFinite(value)) continue;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return Intensity.of(min, max);
  }
}
