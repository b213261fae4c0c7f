/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.event.ItemListener;

/** A checkbox. */
public class Checkbox extends Component {

  private static final long serialVersionUID = 1;

  private String label;
  private boolean state;
  private final CheckboxGroup group;

  /** Makes a checkbox that is not checked. */
  public Checkbox(String label) {
    this(label, false);
  }

  /** Makes a checkbox. */
  public Checkbox(String label, boolean state) {
    this(label, null, state);
  }

  /** Makes a checkbox of a group; checking it unchecks the others. */
  public Checkbox(String label, CheckboxGroup group, boolean state) {
    this.label = label;
    this.group = group;
    setState(state);
  }

  /** Returns the text beside the box. */
  public String getLabel() {
    return label;
  }

  /** Changes the text beside the box. */
  public void setLabel(String label) {
    this.label = label;
  }

  /** Returns whether the box is checked. */
  public boolean getState() {
    return group == null ? state : group.getSelectedCheckbox() == this;
  }

  /** Checks or unchecks the box; in a group, one stays checked. */
  public void setState(boolean state) {
    this.state = state;
    if (group != null && state) {
      group.setSelectedCheckbox(this);
    }
  }

  /** Ignores the listener, which would never be called. */
  public void addItemListener(ItemListener listener) {}
}
