/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

/** The canvas of an image, which would open a menu. */
public class Canvas extends java.awt.Canvas {

  private static final long serialVersionUID = 1;

  /** Ignores a menu, which would never be opened. */
  public void add(PopupMenu menu) {}
}
