/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.Component;
import java.awt.Container;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.swing.JPanel;
import org.scijava.widget.AbstractInputPanel;
import org.scijava.widget.InputWidget;
import sc.fiji.latentdiffusion.keys.Key;

/** SciJava's widgets for the inputs of a command, by key; a {@link FieldGrid} lays them out. */
final class DialogPanel extends AbstractInputPanel<JPanel, JPanel> {

  private final JPanel component = new JPanel();
  private Runnable change = () -> {};

  /** Sets the action, in any thread, when an input has changed. */
  void onChange(Runnable action) {
    change = action;
  }

  /**
   * An input has changed. The widgets stay as they are: the text being typed is newer than the one
   * that SciJava would put there.
   */
  @Override
  public void refresh() {
    change.run();
  }

  /**
   * Disables the fields of keys that do not count, and shows their present values. A field that
   * counts again begins with the value that it shows.
   */
  void enable(List<Key> keys, Map<String, String> texts) {
    for (Key key : keys) {
      InputWidget<?, JPanel> widget = getWidget(key.input());
      boolean counts = key.counts(texts);
      if (widget != null && widget.getComponent().isEnabled() != counts) {
        if (!counts) widget.refreshWidget();
        enable(widget.getComponent(), counts);
        if (counts) Fields.commit(widget.getComponent());
      }
    }
  }

  /** Shows in disabled fields the values that a run uses, as texts by key. */
  void showUsed(Map<String, String> used) {
    used.forEach(
        (key, text) -> {
          InputWidget<?, JPanel> widget = getWidget(key);
          if (widget != null) Fields.show(widget.getComponent(), text);
        });
  }

  /** Shows the present values of some keys. */
  void show(Collection<String> keys) {
    for (String key : keys) {
      InputWidget<?, JPanel> widget = getWidget(key);
      if (widget != null) widget.refreshWidget();
    }
  }

  private static void enable(Component component, boolean enabled) {
    component.setEnabled(enabled);
    if (component instanceof Container container) {
      for (Component part : container.getComponents()) {
        enable(part, enabled);
      }
    }
  }

  @Override
  public JPanel getComponent() {
    return component;
  }

  @Override
  public Class<JPanel> getComponentType() {
    return JPanel.class;
  }

  @Override
  public Class<JPanel> getWidgetComponentType() {
    return JPanel.class;
  }
}
