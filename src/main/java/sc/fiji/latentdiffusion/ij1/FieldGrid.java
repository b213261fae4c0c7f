/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static java.awt.GridBagConstraints.EAST;
import static java.awt.GridBagConstraints.REMAINDER;
import static java.awt.GridBagConstraints.WEST;

import ij.gui.GenericDialog;
import java.awt.Checkbox;
import java.awt.Component;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.awt.Panel;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the fields that ImageJ's dialog makes, and lays them out in lines of up to three. Labels
 * end and fields begin below one another; a box that can be ticked begins where fields do, or where
 * labels do if it is likely to be longer than the fields.
 */
final class FieldGrid {

  /** The most fields of a line. */
  static final int IN_A_LINE = 3;

  private static final Insets GAPS = new Insets(1, 4, 1, 4);
  private static final Insets LABEL_GAPS = new Insets(1, 10, 1, 0);
  private static final Insets BOX_GAPS = new Insets(1, 16, 1, 4);
  private static final Insets WIDE_GAPS = new Insets(2, 10, 0, 4);

  private final GenericDialog dialog;
  private final int others;
  private final Panel panel = new Panel(new GridBagLayout());
  private int row;
  private int place;

  /** Leaves the parts that the dialog has already where they are. */
  FieldGrid(GenericDialog dialog) {
    this.dialog = dialog;
    others = dialog.getComponentCount();
  }

  /** The panel with all parts that were taken. */
  Panel panel() {
    return panel;
  }

  /** Begins a line. */
  void begin() {
    row++;
    place = 0;
  }

  /** Gives a line of its own to what the dialog has got meanwhile. */
  void addLine() {
    begin();
    take(true);
  }

  /**
   * Takes the parts that the dialog has got meanwhile: a label and its field, and perhaps a part
   * below it; or one part, which is a box that can be ticked or takes the whole line.
   *
   * @param last whether they end their line
   */
  void take(boolean last) {
    Component[] all = dialog.getComponents();
    List<Component> parts = Arrays.asList(all).subList(others, all.length);
    parts.forEach(dialog::remove);
    Component first = parts.get(0);
    if (parts.size() > 1) {
      put(first, 2 * place, 1, EAST, LABEL_GAPS);
      put(parts.get(1), 2 * place + 1, last ? REMAINDER : 1, WEST, GAPS);
      for (Component below : parts.subList(2, parts.size())) {
        row++;
        put(below, 1, REMAINDER, WEST, GAPS);
      }
    } else if (first instanceof Checkbox) {
      putBox(first, last);
    } else {
      put(first, 0, REMAINDER, WEST, WIDE_GAPS);
    }
    place++;
  }

  private void putBox(Component box, boolean last) {
    int width = last ? REMAINDER : 2;
    boolean spare = last && place < IN_A_LINE - 1;
    if (place == 0 || spare) {
      put(box, 2 * place + 1, last ? REMAINDER : 1, WEST, GAPS);
    } else {
      put(box, 2 * place, width, WEST, BOX_GAPS);
    }
  }

  private void put(Component part, int column, int columns, int anchor, Insets gaps) {
    GridBagConstraints at = new GridBagConstraints();
    at.gridx = column;
    at.gridy = row;
    at.gridwidth = columns;
    at.anchor = anchor;
    at.insets = gaps;
    panel.add(part, at);
  }
}
