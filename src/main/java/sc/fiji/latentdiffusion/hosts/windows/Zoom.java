/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import ij.ImagePlus;
import ij.gui.ImageCanvas;
import ij.gui.ImageWindow;

/** Magnifications at which small images can be looked at. */
final class Zoom {

  /** The least length of an image's longer side on the screen, in pixels. */
  static final int SMALLEST = 256;

  private static final double MOST = 32; // of ImageJ

  private Zoom() {}

  /** Returns the least of ImageJ's magnifications from 1 at which an image is large enough. */
  static double of(int width, int height) {
    double zoom = 1;
    while (zoom < MOST && zoom * Math.max(width, height) < SMALLEST) {
      zoom = ImageCanvas.getHigherZoomLevel(zoom);
    }
    return zoom;
  }

  /**
   * Magnifies an image, and fits its window to it, unless the user has closed it. The size is
   * rounded as ImageJ does: it cuts a line of pixels off an image that is shown larger.
   */
  static void apply(ImagePlus image, double zoom) {
    double within = Math.min(zoom, MOST);
    ImageWindow window = image.getWindow();
    if (window == null || window.isClosed()) return;
    ImageCanvas canvas = window.getCanvas();
    canvas.setMagnification(within);
    canvas.setSize((int) (image.getWidth() * within), (int) (image.getHeight() * within));
    window.pack();
  }
}
