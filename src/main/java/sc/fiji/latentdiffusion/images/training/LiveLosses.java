/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import ij.IJ;
import ij.gui.Plot;
import ij.gui.PlotWindow;
import ij.macro.Interpreter;
import ij.plugin.frame.Recorder;
import java.awt.GraphicsEnvironment;

/** The plot of losses while a model is trained; closing its window stops the training. */
final class LiveLosses implements AutoCloseable {

  private static final long PAUSE_NANOS = 500_000_000;

  private PlotWindow window;
  private long drawn;
  private boolean closed;

  private static boolean isPossible() {
    return !GraphicsEnvironment.isHeadless()
        && IJ.getInstance() != null
        && !Interpreter.isBatchMode();
  }

  /** Draws the losses, at most twice a second. */
  void show(Losses losses) {
    if (!isPossible() || isClosedByUser()) return;
    long now = System.nanoTime();
    if (window != null && now - drawn < PAUSE_NANOS) return;
    Plot plot = losses.plot();
    if (window == null) window = open(plot);
    else window.drawPlot(plot);
    drawn = now;
  }

  /** Opens the window without recording its choice, which no macro could repeat. */
  private static PlotWindow open(Plot plot) {
    Recorder.suspendRecording();
    try {
      return plot.show();
    } finally {
      Recorder.resumeRecording();
    }
  }

  /** Returns whether the user has closed the window. */
  boolean isClosedByUser() {
    closed |= window != null && window.getImagePlus().getWindow() == null;
    return closed;
  }

  /** Closes the window, to which the final plot follows. */
  @Override
  public void close() {
    if (window == null || isClosedByUser()) return;
    window.getImagePlus().changes = false;
    window.close();
  }
}
