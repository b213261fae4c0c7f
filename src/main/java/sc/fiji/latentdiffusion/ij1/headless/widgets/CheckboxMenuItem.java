/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.event.ItemListener;

/** An entry of a menu that is checked or not. */
public class CheckboxMenuItem extends MenuItem {

  private boolean state;

  /** Makes an entry that is not checked. */
  public CheckboxMenuItem(String label) {
    this(label, false);
  }

  /** Makes an entry. */
  public CheckboxMenuItem(String label, boolean state) {
    super(label);
    this.state = state;
  }

  /** Returns whether it is checked. */
  public boolean getState() {
    return state;
  }

  /** Checks or unchecks it. */
  public void setState(boolean state) {
    this.state = state;
  }

  /** Ignores the listener, which would never be called. */
  public void addItemListener(ItemListener listener) {}
}
