package sc.fiji.latentdiffusion.ij1;

import ij.gui.GenericDialog;
import java.awt.Button;
import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Panel;
import java.awt.event.ActionListener;

/** Puts components of our own into the grid in which ImageJ's dialogs lay out theirs. */
final class GridPlaces {

  private static final int GAP = 4;

  private GridPlaces() {}

  /**
   * Puts a component into the place of another, which goes.
   *
   * @param wide whether it may be as wide as the rest of the row
   */
  static void replace(GenericDialog dialog, Component old, Component by, boolean wide) {
    GridBagConstraints place = ((GridBagLayout) dialog.getLayout()).getConstraints(old);
    place.gridwidth = wide ? GridBagConstraints.REMAINDER : place.gridwidth;
    int index = dialog.getComponentZOrder(old);
    dialog.remove(old);
    dialog.add(by, place, index);
  }

  /** Puts a button right beside a field, and both into the place of the field. */
  static void addButton(
      GenericDialog dialog, Component field, String label, ActionListener action, boolean wide) {
    Button button = new Button(label);
    button.addActionListener(action);
    button.addKeyListener(dialog);
    Panel both = new Panel(new FlowLayout(FlowLayout.LEADING, 0, 0));
    replace(dialog, field, both, wide);
    both.add(field);
    both.add(new Panel(new FlowLayout(FlowLayout.LEADING, GAP, 0)));
    both.add(button);
  }
}
