/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.process.ByteProcessor;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parts of a mask, each of pixels that touch one another, if only by their corners
 * (8-connected).
 */
final class Parts {

  private static final int IN = 255;
  private static final int FOUND = 1;

  private final ByteProcessor rest;
  private final int width;
  private final int height;
  private int[] open = new int[64];
  private int count;

  private Parts(ByteProcessor mask) {
    rest = (ByteProcessor) mask.duplicate();
    width = mask.getWidth();
    height = mask.getHeight();
  }

  /**
   * One part.
   *
   * @param bounds of it and of a margin of a pixel inside the whole mask
   * @param mask 255 in it, 0 around it, of the size of the bounds
   */
  record Part(Region bounds, ByteProcessor mask) {}

  /**
   * Returns the parts in the order of their first pixels, rows first.
   *
   * @param mask 255 inside, 0 outside
   */
  static List<Part> of(ByteProcessor mask) {
    Parts parts = new Parts(mask);
    List<Part> found = new ArrayList<>();
    for (int i = 0; i < mask.getPixelCount(); i++) {
      if (parts.rest.get(i) == IN) found.add(parts.cut(parts.marked(i)));
    }
    return found;
  }

  /** Marks the part of a pixel, and returns its bounds. */
  private Rectangle marked(int first) {
    Rectangle bounds = new Rectangle(first % width, first / width, 1, 1);
    mark(first);
    while (count > 0) {
      int pixel = open[--count];
      int left = Math.max(0, pixel % width - 1);
      int top = Math.max(0, pixel / width - 1);
      int right = Math.min(width - 1, pixel % width + 1);
      int bottom = Math.min(height - 1, pixel / width + 1);
      bounds.add(new Rectangle(pixel % width, pixel / width, 1, 1));
      for (int y = top; y <= bottom; y++) {
        for (int x = left; x <= right; x++) {
          if (rest.get(x, y) == IN) mark(y * width + x);
        }
      }
    }
    return bounds;
  }

  private void mark(int pixel) {
    rest.set(pixel, FOUND);
    if (count == open.length) open = Arrays.copyOf(open, 2 * count);
    open[count++] = pixel;
  }

  /** Takes the marked pixels from the rest. */
  private Part cut(Rectangle part) {
    Region bounds =
        new Region(part.x, part.y, part.width, part.height)
            .widened(1, new Region(0, 0, width, height));
    ByteProcessor mask = new ByteProcessor(bounds.width(), bounds.height());
    for (int y = 0; y < bounds.height(); y++) {
      for (int x = 0; x < bounds.width(); x++) {
        if (rest.get(bounds.x() + x, bounds.y() + y) != FOUND) continue;
        rest.set(bounds.x() + x, bounds.y() + y, 0);
        mask.set(x, y, IN);
      }
    }
    return new Part(bounds, mask);
  }
}
