package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.gui.TextRoi;
import ij.plugin.filter.EDM;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.FloodFiller;
import ij.process.ImageProcessor;
import java.awt.Rectangle;
import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.ConstantUtils;
import net.imglib2.view.Views;

/**
 * The pixels of an image that may change, each with a weight: 1 inside, 0 outside, and values
 * between in a feathered edge inside. The memory that it takes grows with its own bounds, not with
 * the image. At the border of the image nothing fades.
 */
public final class Selection {

  private static final int IN = 255;

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
   * @throws IllegalArgumentException if the selection is not an area, of several parts, empty, or
   *     outside the image; the message says what to do
   */
  public static Selection of(ImagePlus imp, double feather) {
    Region image = new Region(0, 0, imp.getWidth(), imp.getHeight());
    Roi roi = imp.getRoi();
    if (roi == null) {
      return all(image);
    }
    requireArea(roi);
    Region inside = inside(roi, image);
    ImageProcessor shape = roi.getMask();
    return shape == null && feather == 0 ? all(inside) : of(roi, shape, inside, image, feather);
  }

  /** Draws the selection with a margin of one pixel, inside the image: feathering needs edges. */
  private static Selection of(
      Roi roi, ImageProcessor shape, Region inside, Region image, double feather) {
    Region area = inside.widened(1, image);
    ByteProcessor mask = mask(roi, shape, area);
    Rectangle tight = tight(mask);
    if (tight.isEmpty()) {
      throw empty(roi);
    }
    if (roi instanceof ShapeRoi) {
      requireOnePart(mask);
    }
    Region bounds = new Region(area.x() + tight.x, area.y() + tight.y, tight.width, tight.height);
    return new Selection(bounds, weights(mask, tight, feather));
  }

  private static void requireArea(Roi roi) {
    if (!roi.isArea() || roi instanceof TextRoi || roi instanceof ImageRoi) {
      throw new IllegalArgumentException(
          String.format(
              "The selection must be an area (or none, for the whole image), but is of type"
                  + " \"%s\". Draw one with the rectangle, oval, polygon or freehand tool, or make"
                  + " this one wider (Edit ▸ Selection ▸ Enlarge…, Line to Area).",
              roi.getTypeAsString()));
    }
  }

  /** Returns the part of a selection's bounds that lies in the image. */
  private static Region inside(Roi roi, Region image) {
    Rectangle bounds = roi.getBounds();
    if (bounds.isEmpty()) {
      throw empty(roi);
    }
    Rectangle inside = bounds.intersection(new Rectangle(0, 0, image.width(), image.height()));
    if (inside.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "The selection must touch the image of %d×%d pixels, but lies outside, at (%d, %d)."
                  + " Move it, or remove it (Edit ▸ Selection ▸ Select None) for the whole image.",
              image.width(), image.height(), bounds.x, bounds.y));
    }
    return new Region(inside.x, inside.y, inside.width, inside.height);
  }

  private static IllegalArgumentException empty(Roi roi) {
    return new IllegalArgumentException(
        String.format(
            "The selection must hold at least one pixel of the image, but is empty (%d×%d). Draw"
                + " another, or remove it (Edit ▸ Selection ▸ Select None) for the whole image.",
            roi.getBounds().width, roi.getBounds().height));
  }

  /**
   * Draws the selection in an area of the image: {@link #IN} inside, 0 outside.
   *
   * @param shape mask of the selection's bounds; null if all of them is selected
   */
  private static ByteProcessor mask(Roi roi, ImageProcessor shape, Region area) {
    ByteProcessor mask = new ByteProcessor(area.width(), area.height());
    Rectangle bounds = roi.getBounds();
    bounds.translate(-area.x(), -area.y());
    mask.setValue(IN);
    mask.setMask(shape);
    mask.setRoi(bounds); // and cuts its mask
    mask.fill(shape == null ? null : mask.getMask());
    mask.resetRoi();
    return mask;
  }

  /** Returns the smallest rectangle around all pixels that are {@link #IN}; empty for none. */
  private static Rectangle tight(ByteProcessor mask) {
    int left = Integer.MAX_VALUE;
    int top = Integer.MAX_VALUE;
    int right = -1;
    int bottom = -1;
    for (int y = 0; y < mask.getHeight(); y++) {
      for (int x = 0; x < mask.getWidth(); x++) {
        if (mask.get(x, y) == IN) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    return right < 0
        ? new Rectangle()
        : new Rectangle(left, top, right - left + 1, bottom - top + 1);
  }

  private static void requireOnePart(ByteProcessor mask) {
    ImageProcessor rest = mask.duplicate();
    int first = 0;
    while (rest.get(first) != IN) {
      first++;
    }
    rest.setValue(IN / 2);
    new FloodFiller(rest).fill8(first % rest.getWidth(), first / rest.getWidth());
    if (rest.getStats().max == IN) {
      throw new IllegalArgumentException(
          "The selection must be one area, but is of several parts. Work on one at a time (Edit ▸"
              + " Selection ▸ Properties…, or Split in the ROI Manager), or select what lies"
              + " between them, too.");
    }
  }

  /** Returns a linear ramp of the feather's width from 0 at the edge inwards. */
  private static FloatProcessor weights(ByteProcessor mask, Rectangle tight, double feather) {
    FloatProcessor weights =
        feather == 0 ? mask.convertToFloatProcessor() : new EDM().makeFloatEDM(mask, 0, false);
    double scale = feather == 0 ? IN : feather;
    for (int i = 0; i < weights.getPixelCount(); i++) {
      double depth = feather == 0 ? weights.getf(i) : weights.getf(i) - 0.5;
      weights.setf(i, mask.get(i) == 0 ? 0 : (float) Math.min(1, depth / scale));
    }
    weights.setRoi(tight);
    return (FloatProcessor) weights.crop();
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
