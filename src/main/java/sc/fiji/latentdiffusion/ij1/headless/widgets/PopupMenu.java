/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;

/** A menu that a click would open. */
public class PopupMenu extends Menu {

  /** Makes an empty menu. */
  public PopupMenu() {
    this("");
  }

  /** Makes an empty menu. */
  public PopupMenu(String label) {
    super(label);
  }

  /** Opens nothing. */
  public void show(Component origin, int x, int y) {}
}
