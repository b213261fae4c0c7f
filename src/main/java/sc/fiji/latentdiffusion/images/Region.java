package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.gui.TextRoi;
import java.awt.Rectangle;
import net.imglib2.FinalInterval;
import net.imglib2.Interval;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The rectangle of an image that is worked on, in pixels.
 *
 * @param x of its left column
 * @param y of its upper row
 * @param width at least 1
 * @param height at least 1
 */
public record Region(int x, int y, int width, int height) {

  /**
   * The rectangle selected in an image, as far as it lies inside; the whole image where nothing is
   * selected.
   *
   * @param imp any image
   * @return the region, of at least one pixel
   * @throws IllegalArgumentException if the selection is no rectangle, is empty, lies outside of
   *     the image, or is too large
   */
  public static Region of(ImagePlus imp) {
    Rectangle image = new Rectangle(imp.getWidth(), imp.getHeight());
    Roi roi = imp.getRoi();
    Rectangle inside = roi == null ? image : rectangle(roi).intersection(image);
    if (inside.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "The selection must touch the image of %d×%d pixels, but lies outside, at (%d, %d)."
                  + " Move it, or remove it (Edit ▸ Selection ▸ Select None) for the whole image.",
              image.width, image.height, roi.getBounds().x, roi.getBounds().y));
    }
    checkSize(inside.width, inside.height);
    return new Region(inside.x, inside.y, inside.width, inside.height);
  }

  /**
   * The whole picture that latents decode to.
   *
   * @param width of the latents
   * @param height of the latents
   * @param factor of their pixels, 8 for Stable Diffusion
   * @throws IllegalArgumentException if it is too large
   */
  static Region decoded(int width, int height, int factor) {
    int limit = Request.MAX_SIZE / factor;
    if (Math.max(width, height) > limit) {
      throw new IllegalArgumentException(
          String.format(
              "Latents must be at most %d pixels wide and high (a picture of %d), but are %d×%d."
                  + " Take a part of them (Image ▸ Duplicate…).",
              limit, Request.MAX_SIZE, width, height));
    }
    return new Region(0, 0, width * factor, height * factor);
  }

  /** This region's size rounded up to multiples of the factor, right and bottom. */
  public Region padded(int factor) {
    return new Region(x, y, roundUp(width, factor), roundUp(height, factor));
  }

  /** The pixels of the region, for ImgLib2. */
  public Interval interval() {
    return FinalInterval.createMinSize(x, y, width, height);
  }

  /** The region as {@code x,y,width,height}. */
  @Override
  public String toString() {
    return x + "," + y + "," + width + "," + height;
  }

  private static Rectangle rectangle(Roi roi) {
    if (roi.getType() != Roi.RECTANGLE || roi.getCornerDiameter() > 0 || hasContents(roi)) {
      throw new IllegalArgumentException(
          String.format(
              "The selection must be a rectangle (or none, for the whole image), but is of type"
                  + " \"%s\"; other shapes come later. Draw a rectangle, or use"
                  + " Edit ▸ Selection ▸ To Bounding Box.",
              roi.getCornerDiameter() > 0 ? "Rounded Rectangle" : roi.getTypeAsString()));
    }
    Rectangle bounds = roi.getBounds();
    if (bounds.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "The selection must hold at least one pixel, but is empty (%d×%d). Draw a rectangle,"
                  + " or remove it (Edit ▸ Selection ▸ Select None) for the whole image.",
              bounds.width, bounds.height));
    }
    return bounds;
  }

  private static boolean hasContents(Roi roi) {
    return roi instanceof TextRoi || roi instanceof ImageRoi;
  }

  private static void checkSize(int width, int height) {
    if (Math.max(width, height) > Request.MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(
              "The region must be at most %d pixels wide and high, but is %d×%d. Select a smaller"
                  + " rectangle.",
              Request.MAX_SIZE, width, height));
    }
  }

  private static int roundUp(int size, int factor) {
    return (size + factor - 1) / factor * factor;
  }
}
