/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import ij.gui.Roi;
import java.util.Arrays;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Intervals;
import net.imglib2.view.Views;
import sc.fiji.latentdiffusion.images.pixels.Blend;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Plane;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.models.Declaration;

/** An interval whose region a model sees; its pixels are counted from its own first one. */
final class SeenImage {

  private final RandomAccessibleInterval<? extends RealType<?>> image;
  private final Intensity intensity;
  private final Region frame;
  private final Region region;
  private final RandomAccessibleInterval<? extends RealType<?>> mask;

  /**
   * @param mask null for none
   * @throws IllegalArgumentException if image, range, region or mask is not as {@link Diffusion}
   *     says
   */
  SeenImage(
      RandomAccessibleInterval<? extends RealType<?>> image,
      double black,
      double white,
      Interval region,
      RandomAccessibleInterval<? extends RealType<?>> mask) {
    IntervalCheck.requireDimensions("image", image, 2, 3);
    IntervalCheck.requireDimensions("region", region, 2, 2);
    IntervalCheck.requireInside(region, image);
    if (mask != null) IntervalCheck.requireMask(mask, region);
    if (!Double.isFinite(black) || !Double.isFinite(white) || black == white) {
      throw new IllegalArgumentException(
          "black and white must be two different finite numbers, but are "
              + black
              + " and "
              + white
              + ".");
    }
    this.image = Views.zeroMin(image);
    this.mask = mask;
    intensity = new Intensity(black, white);
    frame = from(image.min(0), image.min(1), image);
    this.region = from(image.min(0), image.min(1), region);
  }

  /** Returns an interval whose coordinates count from a pixel. */
  private static Region from(long x, long y, Interval interval) {
    return new Region(
        Math.toIntExact(interval.min(0) - x),
        Math.toIntExact(interval.min(1) - y),
        Math.toIntExact(interval.dimension(0)),
        Math.toIntExact(interval.dimension(1)));
  }

  /** Returns the region that is to change, or to be encoded. */
  Region region() {
    return region;
  }

  /** Returns the region that a model sees: the region, widened as the options say. */
  Region seen(RegionOptions options) {
    return options.seen(region, frame);
  }

  /**
   * Returns the pixels that change, each as far as the mask or the feathered edge says.
   *
   * @throws IllegalArgumentException if both are given
   */
  Selection selection(double feather) {
    if (mask == null) {
      Roi all = new Roi(region.x(), region.y(), region.width(), region.height());
      return Selection.inside(all, frame, feather).orElseThrow();
    }
    if (feather == 0) return Selection.of(region, mask);
    throw new IllegalArgumentException(
        "feather must be 0 where a mask says how far each pixel changes, but is " + feather + ".");
  }

  private int channels() {
    return image.numDimensions() == 2 ? 1 : Math.toIntExact(image.dimension(2));
  }

  /**
   * Reads a region.
   *
   * @param seen by the model
   * @param selection in it
   * @param model that sees it
   * @throws IllegalArgumentException if the model sees another number of channels, or a value is
   *     not finite
   */
  ReadImage read(Region seen, Selection selection, Declaration model) {
    int wanted = model.seenChannels();
    boolean isGrey = channels() == 1 && wanted == 3;
    boolean isColour = channels() == wanted && !model.latents().isGrey();
    if (!isGrey && !isColour && !(channels() == 1 && wanted == 1)) {
      throw new IllegalArgumentException(
          String.format(
              "The image must have %s, as the model sees it, but has %d.",
              model.latents().isGrey() || wanted == 1
                  ? "1 channel"
                  : wanted == 3 ? "1 or 3 channels" : wanted + " channels",
              channels()));
    }
    Img<FloatType> copy = IntervalCheck.finite("image", Views.interval(layered(), layers(seen)));
    Plane[] planes = new Plane[wanted];
    for (int c = 0; c < wanted; c++) {
      if (isGrey && c > 0) planes[c] = planes[0];
      else planes[c] = plane(copy, seen, c);
    }
    Intensity[] maps = new Intensity[wanted];
    Arrays.fill(maps, intensity);
    return new ReadImage(copy, new Picture(planes, maps, selection, seen), image.numDimensions());
  }

  private static Plane plane(Img<FloatType> copy, Region seen, int c) {
    RandomAccessibleInterval<FloatType> values = Views.hyperSlice(copy, 2, c);
    return new Plane(Views.translate(values, seen.x(), seen.y()), Blend.REAL);
  }

  private RandomAccessibleInterval<? extends RealType<?>> layered() {
    return image.numDimensions() == 3 ? image : Views.addDimension(image, 0, 0);
  }

  private Interval layers(Region seen) {
    return Intervals.createMinSize(seen.x(), seen.y(), 0, seen.width(), seen.height(), channels());
  }
}
