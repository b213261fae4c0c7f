/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

import java.awt.Rectangle;
import sc.fiji.latentdiffusion.ij1.headless.widgets.MenuBar;

/** A window with a title and a menu. */
public class Frame extends Window {

  private static final long serialVersionUID = 1;

  /** The state of a window that is neither an icon nor as large as the screen. */
  public static final int NORMAL = 0;

  private String title;
  private transient MenuBar menus;
  private boolean resizable = true;
  private int state = NORMAL;

  /** Makes a window without a title. */
  public Frame() {
    this("");
  }

  /** Makes a window. */
  public Frame(String title) {
    this.title = title;
  }

  /** Returns the title. */
  public String getTitle() {
    return title;
  }

  /** Changes the title. */
  public void setTitle(String title) {
    this.title = title == null ? "" : title;
  }

  /** Returns the menus, or null. */
  public MenuBar getMenuBar() {
    return menus;
  }

  /** Changes the menus. */
  public void setMenuBar(MenuBar menus) {
    this.menus = menus;
  }

  /** Returns whether the size can be changed. */
  public boolean isResizable() {
    return resizable;
  }

  /** Changes whether the size can be changed. */
  public void setResizable(boolean resizable) {
    this.resizable = resizable;
  }

  /** Ignores how large the window may be. */
  public void setMaximizedBounds(Rectangle bounds) {}

  /** Returns the state. */
  public int getState() {
    return state;
  }

  /** Changes the state. */
  public void setState(int state) {
    this.state = state;
  }

  /** Returns the state. */
  public int getExtendedState() {
    return state;
  }

  /** Changes the state. */
  public void setExtendedState(int state) {
    this.state = state;
  }
}
