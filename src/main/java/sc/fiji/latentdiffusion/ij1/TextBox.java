/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.gui.GenericDialog;
import java.awt.KeyboardFocusManager;
import java.awt.TextArea;
import java.awt.TextField;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;

/**
 * A field of several lines in ImageJ's dialogs, which have two such fields at most, and those
 * without a label. Enter begins a line; Tab goes on to the next field; all other keys that ImageJ's
 * dialogs know work as in any field, and so does Enter with Ctrl or ⌘.
 */
final class TextBox {

  private static final int ROWS = 3;
  private static final int FURTHER_ROWS = 2;

  private TextBox() {}

  /**
   * Adds one to a dialog.
   *
   * @param columns its width in characters
   * @param first whether it is the first of the dialog: all of its text is selected, and it is
   *     higher
   */
  static TextArea add(GenericDialog dialog, String label, String text, int columns, boolean first) {
    dialog.addStringField(label, "", columns);
    TextArea area =
        new TextArea(text, first ? ROWS : FURTHER_ROWS, columns, TextArea.SCROLLBARS_VERTICAL_ONLY);
    area.setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
    area.setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
    area.addTextListener(dialog);
    area.addKeyListener(new Keys(dialog));
    putInPlaceOf((TextField) dialog.getStringFields().lastElement(), area, dialog);
    if (first) {
      area.selectAll();
    }
    return area;
  }

  private static void putInPlaceOf(TextField field, TextArea area, GenericDialog dialog) {
    dialog.getStringFields().remove(field);
    area.setBackground(field.getBackground());
    GridPlaces.replace(dialog, field, area);
  }

  /** Hands keys on to the dialog, but for the one that begins a line. */
  private static final class Keys extends KeyAdapter {

    private final GenericDialog dialog;

    Keys(GenericDialog dialog) {
      this.dialog = dialog;
    }

    @Override
    public void keyPressed(KeyEvent event) {
      boolean enter = event.getKeyCode() == KeyEvent.VK_ENTER;
      if (!enter || event.isControlDown() || event.isMetaDown()) {
        dialog.keyPressed(event);
      }
    }

    @Override
    public void keyReleased(KeyEvent event) {
      dialog.keyReleased(event);
    }
  }
}
