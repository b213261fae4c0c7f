/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.util.ArrayList;
import java.util.List;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JSeparator;
import org.scijava.widget.InputWidget;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.random.Rng;

/**
 * The fields of a dialog in rows of four columns, of which the second and the fourth, of equal
 * width, hold the fields and the others their labels. A flag has its label beside its box. Fields
 * that few people change stand below a line, and can be hidden.
 */
final class FieldGrid {

  private static final int COLUMNS = 4;
  private static final Insets GAPS = new Insets(2, 6, 2, 6);
  private static final Insets TOP = new Insets(7, 6, 2, 6); // of a label beside the first line

  private final DialogPanel widgets;
  private final GridBagLayout layout = new GridBagLayout();
  private final JPanel panel = new JPanel(layout);
  private final List<Component> hidden = new ArrayList<>();
  private int row = -1;
  private int column;
  private int fieldWidth;

  /**
   * Lays out fields.
   *
   * @param widgets the fields, by key
   * @param first keys that are always shown
   * @param more keys that can be hidden
   */
  FieldGrid(DialogPanel widgets, List<Key> first, List<Key> more) {
    this.widgets = widgets;
    add(first);
    int shown = panel.getComponentCount();
    if (!more.isEmpty()) {
      row++;
      place(new JSeparator(), 0, COLUMNS, GridBagConstraints.CENTER);
      add(more);
    }
    hidden.addAll(List.of(panel.getComponents()).subList(shown, panel.getComponentCount()));
    int width = fieldWidth + GAPS.left + GAPS.right;
    layout.columnWidths = new int[] {0, width, 0, width};
  }

  /** The panel with all fields. */
  JPanel panel() {
    return panel;
  }

  /** Shows or hides the fields below the line. */
  void showMore(boolean shown) {
    hidden.forEach(part -> part.setVisible(shown));
  }

  /** Whether the fields below the line are shown. */
  boolean showsMore() {
    return hidden.stream().anyMatch(Component::isVisible);
  }

  private void add(List<Key> keys) {
    Key last = null;
    for (Key key : keys) {
      if (!key.isStack()) {
        boolean room = column < COLUMNS && !key.isStyle(Key.SEED_STYLE); // and for its button
        addRow(key, key.isBeside(last) && room);
        last = key;
      }
    }
    List<Key> stacks = keys.stream().filter(Key::isStack).toList();
    if (!stacks.isEmpty()) addStacks(stacks);
  }

  private void addRow(Key key, boolean beside) {
    if (!beside) {
      row++;
      column = 0;
    }
    JPanel field = field(key);
    boolean flag = isFlag(key, field);
    boolean tall = key.isStyle(Key.TEXT_STYLE) || key.isStyle(Key.MODEL_STYLE);
    if (!flag) placeLabel(label(key), tall);
    column++;
    int columns = key.isWide() || flag && !beside ? COLUMNS - 1 : 1;
    place(field, column, columns, GridBagConstraints.CENTER);
    column += columns;
    if (columns == 1) fieldWidth = Math.max(fieldWidth, field.getPreferredSize().width);
    if (key.isStyle(Key.SEED_STYLE)) {
      place(dice(widgets.getWidget(key.input())), column, 2, GridBagConstraints.LINE_START);
      column = COLUMNS;
    }
  }

  /** The flags of stacks share rows, below a heading. */
  private void addStacks(List<Key> keys) {
    row++;
    place(new JLabel(DialogOrder.STACKS), 0, COLUMNS, GridBagConstraints.LINE_START);
    for (List<Key> some : DialogOrder.rows(keys)) {
      JPanel flags = new JPanel(new FlowLayout(FlowLayout.LEADING, 2 * GAPS.left, 0));
      for (Key key : some) {
        JPanel field = field(key);
        if (!isFlag(key, field)) flags.add(label(key));
        flags.add(field);
      }
      row++;
      place(flags, 0, COLUMNS, GridBagConstraints.LINE_START);
    }
  }

  private JPanel field(Key key) {
    JPanel field = widgets.getWidget(key.input()).getComponent();
    Fields.fit(field);
    key.zero().ifPresent(word -> Fields.showZeroAs(field, word));
    return field;
  }

  private static JLabel label(Key key) {
    JLabel label = new JLabel(key.label());
    label.setToolTipText(key.description());
    return label;
  }

  /** Gives a box that can be ticked its label; returns false if the field is none. */
  private static boolean isFlag(Key key, JPanel field) {
    List<JCheckBox> boxes = Fields.within(field, JCheckBox.class).toList();
    boxes.forEach(box -> box.setText(key.label()));
    return !boxes.isEmpty();
  }

  private static JButton dice(InputWidget<?, JPanel> seed) {
    JButton draw = new JButton(DialogOrder.RANDOM);
    draw.addActionListener(
        event -> {
          seed.get().setValue(Rng.drawnSeed());
          seed.refreshWidget();
        });
    return draw;
  }

  private void placeLabel(JLabel label, boolean tall) {
    GridBagConstraints at = new GridBagConstraints();
    at.gridx = column;
    at.gridy = row;
    at.insets = tall ? TOP : GAPS;
    at.anchor = tall ? GridBagConstraints.FIRST_LINE_END : GridBagConstraints.LINE_END;
    panel.add(label, at);
  }

  /** Places a part, over the whole width of its columns unless it is to stand at their start. */
  private void place(Component part, int first, int columns, int anchor) {
    GridBagConstraints at = new GridBagConstraints();
    at.gridx = first;
    at.gridy = row;
    at.gridwidth = columns;
    at.insets = GAPS;
    at.anchor = anchor;
    if (anchor == GridBagConstraints.CENTER) {
      at.fill = GridBagConstraints.HORIZONTAL;
      at.weightx = 1;
    }
    panel.add(part, at);
  }
}
