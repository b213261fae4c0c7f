/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

/** The panel of a text window, which would open a menu. */
public class Panel extends java.awt.Panel {

  private static final long serialVersionUID = 1;

  /** Ignores a menu, which would never be opened. */
  public void add(PopupMenu menu) {}
}
