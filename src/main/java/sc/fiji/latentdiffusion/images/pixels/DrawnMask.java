/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.gui.Roi;
import ij.plugin.filter.EDM;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.awt.Rectangle;

/** Draws a ROI as a mask, and its soft edge. */
final class DrawnMask {

  /** The value inside; outside it is 0. */
  static final int IN = 255;

  private DrawnMask() {}

  /**
   * Draws the selection in an area of the image: {@link #IN} inside, 0 outside.
   *
   * @param shape mask of the selection's bounds; null if all of them is selected
   */
  static ByteProcessor of(Roi roi, ImageProcessor shape, Region area) {
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
  static Rectangle tight(ByteProcessor mask) {
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

  /** Returns a linear ramp of the feather's width from 0 at the edge inwards. */
  static FloatProcessor weights(ByteProcessor mask, Rectangle tight, double feather) {
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
}
