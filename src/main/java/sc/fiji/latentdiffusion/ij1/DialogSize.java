/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import java.awt.Component;
import java.awt.Dimension;
import java.awt.Insets;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;

/** Keeps a dialog as large as its components, and on the screen, while their texts change. */
final class DialogSize {

  private DialogSize() {}

  /** Fits a dialog as soon as it opens: a text may have come after ImageJ has laid it out. */
  static void fitWhenOpened(Window dialog) {
    dialog.addWindowListener(
        new WindowAdapter() {
          @Override
          public void windowOpened(WindowEvent event) {
            fit(dialog);
          }
        });
  }

  /** Fits the dialog of a component whose text has changed; in AWT's thread. */
  static void fitAround(Window dialog, Component changed) {
    changed.invalidate();
    if (dialog.isShowing()) fit(dialog);
  }

  /** Enlarges a dialog if its components need more width or height; moves it onto the screen. */
  static void fit(Window dialog) {
    Dimension needed = dialog.getPreferredSize();
    int width = Math.max(needed.width, dialog.getWidth());
    int height = Math.max(needed.height, dialog.getHeight());
    if (width > dialog.getWidth() || height > dialog.getHeight()) dialog.setSize(width, height);
    dialog.validate();
    moveOntoScreen(dialog);
  }

  private static void moveOntoScreen(Window dialog) {
    Rectangle screen = screen(dialog);
    int right = screen.x + screen.width - dialog.getWidth();
    int bottom = screen.y + screen.height - dialog.getHeight();
    int x = Math.max(screen.x, Math.min(dialog.getX(), right));
    int y = Math.max(screen.y, Math.min(dialog.getY(), bottom));
    if (!dialog.getLocation().equals(new Point(x, y))) dialog.setLocation(x, y);
  }

  /** The screen of a component, without the desktop's bars. */
  static Rectangle screen(Component part) {
    Rectangle screen = part.getGraphicsConfiguration().getBounds();
    Insets bars = Toolkit.getDefaultToolkit().getScreenInsets(part.getGraphicsConfiguration());
    int width = screen.width - bars.left - bars.right;
    int height = screen.height - bars.top - bars.bottom;
    return new Rectangle(screen.x + bars.left, screen.y + bars.top, width, height);
  }
}
