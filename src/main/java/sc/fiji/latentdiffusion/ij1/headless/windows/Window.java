/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

import java.awt.BorderLayout;
import java.awt.Container;
import java.awt.Image;
import java.awt.event.WindowEvent;
import java.awt.event.WindowFocusListener;
import java.awt.event.WindowListener;
import java.awt.event.WindowStateListener;
import sc.fiji.latentdiffusion.ij1.headless.widgets.PopupMenu;

/** A window that is never painted. */
public class Window extends Container {

  private static final long serialVersionUID = 1;

  private transient Image icon;

  Window() {
    setLayout(new BorderLayout());
    setVisible(false);
  }

  @Override
  public boolean isShowing() {
    return isVisible();
  }

  /** Keeps the size, which nobody sees. */
  public void pack() {}

  /** Opens the window. */
  @SuppressWarnings("deprecation")
  final void open() {
    super.show();
  }

  /** Closes the window. */
  public void dispose() {
    setVisible(false);
  }

  /** Changes nothing: there is no other window above. */
  public void toFront() {}

  /** Changes nothing: there is no other window below. */
  public void toBack() {}

  /** Returns whether the window has the keyboard, which there is not. */
  public boolean isActive() {
    return false;
  }

  /** Returns the icon, or null. */
  public Image getIconImage() {
    return icon;
  }

  /** Changes the icon. */
  public void setIconImage(Image icon) {
    this.icon = icon;
  }

  /** Changes nothing: there is no other window. */
  public void setAlwaysOnTop(boolean top) {}

  /** Ignores a menu, which would never be opened. */
  public void add(PopupMenu menu) {}

  /** Ignores an event of a window, which nobody sends. */
  protected void processWindowEvent(WindowEvent event) {}

  /** Ignores the listener, which would never be called. */
  public void addWindowListener(WindowListener listener) {}

  /** Ignores the listener. */
  public void removeWindowListener(WindowListener listener) {}

  /** Ignores the listener, which would never be called. */
  public void addWindowFocusListener(WindowFocusListener listener) {}

  /** Ignores the listener, which would never be called. */
  public void addWindowStateListener(WindowStateListener listener) {}
}
