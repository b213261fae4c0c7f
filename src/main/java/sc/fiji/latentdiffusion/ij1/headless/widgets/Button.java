/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.widgets;

import java.awt.Component;
import java.awt.event.ActionListener;

/** A button that nobody presses. */
public class Button extends Component {

  private static final long serialVersionUID = 1;

  private String label;

  /** Makes a button. */
  public Button(String label) {
    this.label = label;
  }

  /** Returns the text on the button. */
  public String getLabel() {
    return label;
  }

  /** Changes the text on the button. */
  public void setLabel(String label) {
    this.label = label;
  }

  /** Ignores the listener, which would never be called. */
  public void addActionListener(ActionListener listener) {}

  /** Ignores a menu, which would never be opened. */
  public void add(PopupMenu menu) {}
}
