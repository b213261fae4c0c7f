/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import java.awt.Rectangle;
import net.imglib2.FinalInterval;
import net.imglib2.Interval;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * A rectangle of an image, in pixels.
 *
 * @param x of its left column
 * @param y of its upper row
 * @param width at least 1
 * @param height at least 1
 */
public record Region(int x, int y, int width, int height) {

  /**
   * Returns the whole picture that latents decode to.
   *
   * @param width of the latents
   * @param height of the latents
   * @param factor of their pixels, 8 for Stable Diffusion
   * @throws IllegalArgumentException if it is too large
   */
  public static Region decoded(int width, int height, int factor) {
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

  /** Returns the same region of an image that is so many times as wide and high. */
  public Region times(int factor) {
    return new Region(
        Math.multiplyExact(x, factor),
        Math.multiplyExact(y, factor),
        Math.multiplyExact(width, factor),
        Math.multiplyExact(height, factor));
  }

  /** Returns this region with a margin on all sides, inside a limit. */
  Region widened(int margin, Region limit) {
    int left = (int) Math.max(limit.x, (long) x - margin);
    int top = (int) Math.max(limit.y, (long) y - margin);
    int right = (int) Math.min(limit.x + limit.width, (long) x + width + margin);
    int bottom = (int) Math.min(limit.y + limit.height, (long) y + height + margin);
    return new Region(left, top, right - left, bottom - top);
  }

  /**
   * Checks that a model can make a picture of this size.
   *
   * @throws IllegalArgumentException if it is wider or higher than the limit
   */
  public void requireSize(int limit) {
    if (Math.max(width, height) > limit) {
      throw new IllegalArgumentException(
          String.format(
              "The region must be at most %d pixels wide and high, but is %d×%d. Select a smaller"
                  + " area, or let it be scaled (scale).",
              limit, width, height));
    }
  }

  /**
   * Checks that its pixels in three colours fit into one tensor, which holds less than 2 GiB.
   *
   * @throws IllegalArgumentException if it has too many
   */
  void requireReadable() {
    int limit = Integer.MAX_VALUE / (3 * Float.BYTES);
    if ((long) width * height > limit) {
      throw new IllegalArgumentException(
          String.format(
              "The region must have at most %d million pixels, but is %d×%d. Select a smaller"
                  + " area, or work on a smaller copy (Image ▸ Scale…).",
              limit / 1_000_000, width, height));
    }
  }

  /** Returns whether a pixel lies in it. */
  public boolean contains(int column, int row) {
    return column >= x && row >= y && column < x + width && row < y + height;
  }

  /** Returns this region with its size rounded up to multiples of the factor. */
  public Region padded(int factor) {
    return new Region(x, y, roundUp(width, factor), roundUp(height, factor));
  }

  /** Returns the pixels of the region, for ImgLib2. */
  public Interval interval() {
    return FinalInterval.createMinSize(x, y, width, height);
  }

  /** Returns the region as ImageJ's rectangle. */
  Rectangle rectangle() {
    return new Rectangle(x, y, width, height);
  }

  /** Returns the region as {@code x,y,width,height}. */
  @Override
  public String toString() {
    return x + "," + y + "," + width + "," + height;
  }

  private static int roundUp(int size, int factor) {
    return (size + factor - 1) / factor * factor;
  }
}
