/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import ij.ImagePlus;
import ij.gui.ImageWindow;
import ij.gui.Plot;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.awt.Window;
import java.util.function.DoubleConsumer;

/**
 * A window of a result, in the size in which it should be seen, or smaller.
 *
 * @param window as it is on the screen
 * @param resize takes a scale of 0…1, relative to the size wanted
 */
record ResultWindow(Window window, DoubleConsumer resize) {

  private static final int LEAST_TABLE = 160;

  private static final int MOST_WITHOUT_LEGEND = 800;

  /** Returns the window of a command's own image: large enough, whatever else is to be seen. */
  static ResultWindow picture(ImagePlus image, ImageWindow window) {
    double zoom = zoom(image, window);
    return new ResultWindow(window, scale -> Zoom.apply(image, zoom));
  }

  /** Returns the window of a stack of steps: as large on the screen as the picture. */
  static ResultWindow steps(
      ImagePlus steps, ImageWindow window, ImagePlus picture, ImageWindow pictureWindow) {
    double scale = steps.getCalibration().pixelWidth / picture.getCalibration().pixelWidth;
    double zoom = Math.max(scale * zoom(picture, pictureWindow), zoom(steps, window));
    return new ResultWindow(window, part -> Zoom.apply(steps, part * zoom));
  }

  /** Returns the window of a plot. One with its legend beside the curves keeps its width. */
  static ResultWindow plot(ImageWindow window, Plot plot) {
    Rectangle frame = plot.getDrawingFrame();
    boolean keepsWidth = frame.width > MOST_WITHOUT_LEGEND;
    return new ResultWindow(
        window,
        scale -> {
          int width = keepsWidth ? frame.width : (int) (scale * frame.width);
          plot.setFrameSize(width, (int) (scale * frame.height));
          window.pack();
        });
  }

  /** Returns the window of a table; only its height changes, but more than that of the others. */
  static ResultWindow table(Window table) {
    Dimension size = table.getSize();
    return new ResultWindow(
        table,
        scale -> {
          int height = (int) (scale * scale * size.height);
          table.setSize(size.width, Math.max(LEAST_TABLE, height));
        });
  }

  /** Returns ImageJ's own magnification of an image that is larger than the screen. */
  private static double zoom(ImagePlus image, ImageWindow window) {
    return Math.min(1, window.getCanvas().getMagnification())
        * Zoom.of(image.getWidth(), image.getHeight());
  }

  /** Resizes the window, and returns its size. */
  Dimension resized(double scale) {
    resize.accept(scale);
    return window.getSize();
  }
}
