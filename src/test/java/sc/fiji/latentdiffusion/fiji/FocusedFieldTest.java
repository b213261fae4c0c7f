/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.event.FocusEvent;
import java.awt.event.FocusListener;
import java.util.List;
import javax.swing.BoxLayout;
import javax.swing.JCheckBox;
import javax.swing.JFormattedTextField;
import javax.swing.JPanel;
import javax.swing.JSpinner;
import javax.swing.JViewport;
import org.junit.jupiter.api.Test;

/** Fields in a dialog that is higher than the screen. */
class FocusedFieldTest {

  private static final int COUNT = 20;

  private final JPanel content = new JPanel();
  private final JViewport view = new JViewport();

  FocusedFieldTest() {
    content.setLayout(new BoxLayout(content, BoxLayout.Y_AXIS));
    for (int i = 0; i < COUNT; i++) content.add(i == 0 ? new JCheckBox() : new JSpinner());
    Fields.scrollToFocus(content);
    content.setSize(content.getPreferredSize());
    view.setView(content);
    view.setSize(new Dimension(content.getWidth(), content.getHeight() / 4));
    layOut(content);
  }

  private static void layOut(Container container) {
    container.doLayout();
    for (Component part : container.getComponents()) {
      if (part instanceof Container inner) layOut(inner);
    }
  }

  /** AWT gives no focus to what is not on a screen. */
  private static void focus(Component field) {
    FocusEvent gained = new FocusEvent(field, FocusEvent.FOCUS_GAINED);
    for (FocusListener listener : field.getFocusListeners()) listener.focusGained(gained);
  }

  private boolean isSeen(Component field) {
    return view.getViewRect().contains(field.getBounds());
  }

  @Test
  void aFieldScrollsIntoViewWithTheFocusOfTheTextInIt() {
    Component last = content.getComponent(COUNT - 1);
    List<JFormattedTextField> texts = Fields.within(last, JFormattedTextField.class).toList();
    assertEquals(1, texts.size());
    assertFalse(isSeen(last));
    focus(texts.get(0));
    assertTrue(view.getViewRect().intersects(last.getBounds()));
    Component first = content.getComponent(0);
    assertFalse(isSeen(first));
    focus(first);
    assertTrue(isSeen(first));
  }
}
