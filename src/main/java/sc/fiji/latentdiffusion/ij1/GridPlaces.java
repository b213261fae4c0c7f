/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.gui.GenericDialog;
import java.awt.Button;
import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.awt.Panel;
import java.awt.event.ActionListener;

/** Puts components of our own into the places of those that ImageJ's dialogs make. */
final class GridPlaces {

  private static final int GAP = 4;

  private GridPlaces() {}

  /** Puts a component into the place of another, which goes. */
  static void replace(GenericDialog dialog, Component old, Component by) {
    int index = dialog.getComponentZOrder(old);
    dialog.remove(old);
    dialog.add(by, index);
  }

  /** Puts a button right beside a field, and both into the place of the field. */
  static void addButton(
      GenericDialog dialog, Component field, String label, ActionListener action) {
    Button button = new Button(label);
    button.addActionListener(action);
    button.addKeyListener(dialog);
    Panel both = new Panel(new FlowLayout(FlowLayout.LEADING, 0, 0));
    replace(dialog, field, both);
    both.add(field);
    both.add(new Panel(new FlowLayout(FlowLayout.LEADING, GAP, 0)));
    both.add(button);
  }

  /** Adds a panel that gets all room that the other parts of a dialog leave. */
  static void fill(GenericDialog dialog, Panel panel) {
    dialog.addPanel(panel, GridBagConstraints.WEST, new Insets(0, 0, 0, 0));
    GridBagLayout layout = (GridBagLayout) dialog.getLayout();
    GridBagConstraints place = layout.getConstraints(panel);
    place.gridwidth = GridBagConstraints.REMAINDER;
    place.fill = GridBagConstraints.BOTH;
    place.weightx = 1;
    place.weighty = 1;
    layout.setConstraints(panel, place);
  }
}
