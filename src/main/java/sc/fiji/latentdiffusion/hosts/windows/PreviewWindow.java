/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import ij.process.ColorProcessor;
import java.awt.Dimension;
import java.awt.EventQueue;
import java.awt.Graphics;
import java.awt.GraphicsEnvironment;
import java.awt.IllegalComponentStateException;
import java.awt.Image;
import java.awt.Point;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import javax.swing.JComponent;
import javax.swing.JFrame;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.PreviewKind;

/**
 * The window that shows a picture while it forms. It opens with the first step. The user cancels
 * the run by closing it or with Escape. Without a screen, and in a macro's batch mode, it does not
 * open.
 *
 * <p>It is not an image window: ImageJ's commands and recorder do not see it, and it does not take
 * the focus.
 */
public final class PreviewWindow implements Preview.Display, AutoCloseable {

  /** The part of the time that decoding may take. */
  private static final double SHARE = 0.25;

  private static final double SHARE_OF_SCREEN = 0.6;

  private final PreviewKind kind;
  private final String title;
  private volatile boolean closedByUser;
  private long nextDecoding = System.nanoTime();
  private volatile JFrame frame;
  private Image image;

  /**
   * @param kind of the previews
   * @param title of the window
   */
  public PreviewWindow(PreviewKind kind, String title) {
    this.kind = kind;
    this.title = title;
  }

  /** Shows a preview, if it is time to. */
  @Override
  public void show(Preview preview) {
    if (!isPossible()) {
      return;
    }
    if (!kind.isDecoded()) {
      showLater(preview.picture(kind));
    } else if (System.nanoTime() - nextDecoding >= 0) {
      showLater(decoded(preview));
    }
  }

  @Override
  public PreviewKind kind() {
    return isPossible() ? kind : PreviewKind.OFF;
  }

  private boolean isPossible() {
    return kind != PreviewKind.OFF && !closedByUser && ResultWindows.isPossible();
  }

  private ColorProcessor decoded(Preview preview) {
    long start = System.nanoTime();
    ColorProcessor picture = preview.picture(kind);
    long end = System.nanoTime();
    nextDecoding = end + (long) ((end - start) * (1 / SHARE - 1));
    return picture;
  }

  private void showLater(ColorProcessor picture) {
    Image made = picture.getBufferedImage();
    EventQueue.invokeLater(() -> show(made));
  }

  private void show(Image made) {
    image = made;
    if (frame == null) {
      frame = open(made);
    }
    frame.repaint();
  }

  private JFrame open(Image first) {
    JFrame window = new JFrame(title);
    int width = first.getWidth(null);
    int height = first.getHeight(null);
    Dimension screen = window.getToolkit().getScreenSize();
    double most = SHARE_OF_SCREEN * Math.min(screen.width, screen.height) / Math.max(width, height);
    double zoom = Math.min(most, Zoom.of(width, height));
    Canvas canvas = new Canvas();
    canvas.setPreferredSize(new Dimension((int) (zoom * width), (int) (zoom * height)));
    window.add(canvas);
    window.setDefaultCloseOperation(JFrame.DISPOSE_ON_CLOSE);
    window.setAutoRequestFocus(false);
    window.addWindowListener(
        new WindowAdapter() {
          @Override
          public void windowClosing(WindowEvent e) {
            closedByUser = true;
          }
        });
    window.addKeyListener(
        new KeyAdapter() {
          @Override
          public void keyPressed(KeyEvent e) {
            closedByUser |= e.getKeyCode() == KeyEvent.VK_ESCAPE;
          }
        });
    place(window, canvas.getPreferredSize()); // X without a window manager forgets later moves
    window.pack();
    place(window, window.getSize());
    window.setVisible(true);
    return window;
  }

  private static void place(JFrame window, Dimension size) {
    Point free = ResultWindows.free(size);
    if (free == null) window.setLocationRelativeTo(null);
    else window.setLocation(free);
  }

  /** The present picture, as large as the window allows. */
  private final class Canvas extends JComponent {

    private static final long serialVersionUID = 1L;

    @Override
    protected void paintComponent(Graphics g) {
      double scale =
          Math.min(
              (double) getWidth() / image.getWidth(null),
              (double) getHeight() / image.getHeight(null));
      int width = (int) (scale * image.getWidth(null));
      int height = (int) (scale * image.getHeight(null));
      g.drawImage(image, (getWidth() - width) / 2, (getHeight() - height) / 2, width, height, null);
    }
  }

  /** Returns the corner of the window; null if it has not opened. */
  public Point corner() {
    JFrame window = frame;
    if (window == null) return null;
    try {
      return window.getLocationOnScreen();
    } catch (IllegalComponentStateException closed) {
      return window.getLocation();
    }
  }

  /** Returns whether the user has closed the window. */
  public boolean isClosedByUser() {
    return closedByUser;
  }

  /** Closes the window, if it is open. */
  @Override
  public void close() {
    if (!GraphicsEnvironment.isHeadless()) {
      EventQueue.invokeLater(this::dispose);
    }
  }

  private void dispose() {
    if (frame != null) {
      frame.dispose();
    }
  }
}
