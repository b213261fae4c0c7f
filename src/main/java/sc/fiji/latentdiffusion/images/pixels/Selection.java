/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.gui.TextRoi;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.ConstantUtils;
import net.imglib2.view.Views;

/**
 * The pixels of an image that may change, each with a weight: 1 inside, 0 outside, and values
 * between in a feathered edge inside. The memory that it takes grows with its own bounds, not with
 * the image. At the border of the image nothing fades.
 */
public final class Selection {

  private final Region bounds;
  private final FloatProcessor weights; // null if all of the bounds is selected entirely

  private Selection(Region bounds, FloatProcessor weights) {
    this.bounds = bounds;
    this.weights = weights;
  }

  /** Returns a region with the weight of each pixel, of the region's size. */
  static Selection of(Region region, FloatProcessor weights) {
    return new Selection(region, weights);
  }

  /**
   * Returns a region whose pixels have weights of their own.
   *
   * @param weights 0…1, of the region's width and height
   */
  public static Selection of(
      Region region, RandomAccessibleInterval<? extends RealType<?>> weights) {
    FloatProcessor copy = new FloatProcessor(region.width(), region.height());
    int i = 0;
    for (RealType<?> weight : Views.flatIterable(weights)) copy.setf(i++, weight.getRealFloat());
    return new Selection(region, copy);
  }

  /** Returns all of a region, with sharp edges. */
  public static Selection all(Region region) {
    return new Selection(region, null);
  }

  /**
   * Returns the selected area of an image, the part inside the image; without a selection the whole
   * image.
   *
   * @param imp any image
   * @param feather width of the soft edge, in pixels, ≥ 0
   * @throws IllegalArgumentException if the selection is not an area, empty, or outside the image;
   *     the message says what to do
   */
  public static Selection of(ImagePlus imp, double feather) {
    Region image = new Region(0, 0, imp.getWidth(), imp.getHeight());
    Roi roi = imp.getRoi();
    if (roi == null) return all(image);
    requireArea(roi);
    requireInside(roi, image);
    return inside(roi, image, feather).orElseThrow(() -> empty(roi));
  }

  /**
   * Returns the part of an area that lies inside an image; nothing if it has no pixel there.
   *
   * @param roi an area, see {@link #isArea}
   * @param image the whole image
   * @param feather width of the soft edge, in pixels, ≥ 0
   */
  public static Optional<Selection> inside(Roi roi, Region image, double feather) {
    Rectangle inside = roi.getBounds().intersection(image.rectangle());
    if (inside.isEmpty()) return Optional.empty();
    Region bounds = new Region(inside.x, inside.y, inside.width, inside.height);
    ImageProcessor shape = roi.getMask();
    if (shape == null && feather == 0) return Optional.of(all(bounds));
    return of(
        DrawnMask.of(roi, shape, bounds.widened(1, image)), bounds.widened(1, image), feather);
  }

  /**
   * Returns the parts of an area inside an image, in the order of their first pixels, rows first. A
   * part is of pixels that touch one another, if only by their corners.
   *
   * @param roi an area, see {@link #isArea}
   * @param image the whole image
   * @param feather width of the soft edge of each, in pixels, ≥ 0
   */
  public static List<Selection> parts(Roi roi, Region image, double feather) {
    ImageProcessor shape = roi.getMask();
    Optional<Selection> whole = inside(roi, image, feather);
    if (shape == null || whole.isEmpty()) return whole.stream().toList();
    Region area = whole.get().bounds().widened(1, image);
    List<Selection> parts = new ArrayList<>();
    for (Parts.Part part : Parts.of(DrawnMask.of(roi, shape, area))) {
      Region bounds = part.bounds();
      Region moved =
          new Region(area.x() + bounds.x(), area.y() + bounds.y(), bounds.width(), bounds.height());
      of(part.mask(), moved, feather).ifPresent(parts::add);
    }
    return parts.size() == 1 ? whole.stream().toList() : parts;
  }

  /** Returns the selection that a mask, with a margin where the image has one, draws in an area. */
  private static Optional<Selection> of(ByteProcessor mask, Region area, double feather) {
    Rectangle tight = DrawnMask.tight(mask);
    if (tight.isEmpty()) return Optional.empty();
    Region bounds = new Region(area.x() + tight.x, area.y() + tight.y, tight.width, tight.height);
    return Optional.of(new Selection(bounds, DrawnMask.weights(mask, tight, feather)));
  }

  /**
   * Returns all selected pixels of several selections; each has the largest of its weights.
   *
   * @param selections at least one
   */
  public static Selection union(List<Selection> selections) {
    if (selections.size() == 1) return selections.get(0);
    Rectangle all = new Rectangle(selections.get(0).bounds.rectangle());
    for (Selection one : selections) all.add(one.bounds.rectangle());
    FloatProcessor most = new FloatProcessor(all.width, all.height);
    for (Selection one : selections) {
      one.forEach(
          (x, y, weight) -> {
            int i = (y - all.y) * all.width + x - all.x;
            most.setf(i, Math.max(most.getf(i), weight));
          });
    }
    return new Selection(new Region(all.x, all.y, all.width, all.height), most);
  }

  /**
   * Returns the selection whose weights are multiplied by those of a mask; nothing if no pixel is
   * left.
   *
   * @param mask as large as the image, 0…1
   */
  public Optional<Selection> times(FloatProcessor mask) {
    FloatProcessor product = new FloatProcessor(bounds.width(), bounds.height());
    ByteProcessor left = new ByteProcessor(bounds.width(), bounds.height());
    forEach(
        (x, y, weight) -> {
          float value = weight * mask.getf(x, y);
          product.setf(x - bounds.x(), y - bounds.y(), value);
          left.set(x - bounds.x(), y - bounds.y(), value > 0 ? DrawnMask.IN : 0);
        });
    Rectangle tight = DrawnMask.tight(left);
    if (tight.isEmpty()) return Optional.empty();
    product.setRoi(tight);
    return Optional.of(
        new Selection(
            new Region(bounds.x() + tight.x, bounds.y() + tight.y, tight.width, tight.height),
            (FloatProcessor) product.crop()));
  }

  /** Takes the pixels of a selection. */
  public interface Pixels {

    /**
     * Takes a pixel.
     *
     * @param x in the image
     * @param y in the image
     * @param weight 0…1, more than 0
     */
    void take(int x, int y, float weight);
  }

  /** Gives all pixels that may change at all, rows first. */
  public void forEach(Pixels taker) {
    for (int i = 0; i < bounds.width() * bounds.height(); i++) {
      float weight = weights == null ? 1 : weights.getf(i);
      int x = bounds.x() + i % bounds.width();
      if (weight > 0) taker.take(x, bounds.y() + i / bounds.width(), weight);
    }
  }

  /** Returns whether a ROI is an area: no line, points, text or image. */
  public static boolean isArea(Roi roi) {
    return roi.isArea() && !(roi instanceof TextRoi) && !(roi instanceof ImageRoi);
  }

  private static void requireArea(Roi roi) {
    if (!isArea(roi)) {
      throw new IllegalArgumentException(
          String.format(
              "The selection must be an area (or none, for the whole image), but is of type"
                  + " \"%s\". Draw one with the rectangle, oval, polygon or freehand tool, or make"
                  + " this one wider (Edit ▸ Selection ▸ Enlarge…, Line to Area).",
              roi.getTypeAsString()));
    }
  }

  private static void requireInside(Roi roi, Region image) {
    Rectangle bounds = roi.getBounds();
    if (bounds.isEmpty()) throw empty(roi);
    if (bounds.intersects(image.rectangle())) return;
    throw new IllegalArgumentException(
        String.format(
            "The selection must touch the image of %d×%d pixels, but lies outside, at (%d, %d)."
                + " Move it, or remove it (Edit ▸ Selection ▸ Select None) for the whole image.",
            image.width(), image.height(), bounds.x, bounds.y));
  }

  private static IllegalArgumentException empty(Roi roi) {
    return new IllegalArgumentException(
        String.format(
            "The selection must hold at least one pixel of the image, but is empty (%d×%d). Draw"
                + " another, or remove it (Edit ▸ Selection ▸ Select None) for the whole image.",
            roi.getBounds().width, roi.getBounds().height));
  }

  /** Returns the smallest rectangle around the selection. */
  public Region bounds() {
    return bounds;
  }

  /** Returns whether every pixel of a region is selected entirely. */
  public boolean covers(Region region) {
    if (!bounds.equals(region)) {
      return false;
    }
    for (int i = 0; weights != null && i < weights.getPixelCount(); i++) {
      if (weights.getf(i) != 1) {
        return false;
      }
    }
    return true;
  }

  /** Returns how much a pixel may change, 0…1. */
  public float weight(int x, int y) {
    int column = x - bounds.x();
    int row = y - bounds.y();
    boolean inside = column >= 0 && row >= 0 && column < bounds.width() && row < bounds.height();
    if (weights == null) {
      return inside ? 1 : 0;
    }
    return inside ? weights.getf(column, row) : 0;
  }

  /** Returns the weights of a region, of its dimensions. */
  RandomAccessibleInterval<FloatType> weights(Region region) {
    RandomAccessibleInterval<FloatType> image =
        Views.translate(image(bounds.width(), bounds.height()), bounds.x(), bounds.y());
    return Views.zeroMin(Views.interval(Views.extendZero(image), region.interval()));
  }

  private RandomAccessibleInterval<FloatType> image(long... size) {
    return weights == null
        ? ConstantUtils.constantRandomAccessibleInterval(new FloatType(1), new FinalInterval(size))
        : ArrayImgs.floats((float[]) weights.getPixels(), size);
  }
}
