/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

/** Checkboxes of which one is checked. */
public class CheckboxGroup {

  private Checkbox selected;

  /** Returns the checked one, or null. */
  public Checkbox getSelectedCheckbox() {
    return selected;
  }

  /** Checks one. */
  public void setSelectedCheckbox(Checkbox box) {
    selected = box;
  }
}
