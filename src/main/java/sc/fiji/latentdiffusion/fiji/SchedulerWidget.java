/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.BorderLayout;
import java.awt.Component;
import java.util.List;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JComboBox;
import javax.swing.JList;
import javax.swing.JPanel;
import org.scijava.Priority;
import org.scijava.plugin.Plugin;
import org.scijava.widget.AbstractInputWidget;
import org.scijava.widget.InputWidget;
import org.scijava.widget.WidgetModel;
import sc.fiji.latentdiffusion.keys.Key;

/**
 * A list of schedulers by their labels, or of spacings; their short names are chosen and recorded.
 */
@Plugin(type = InputWidget.class, priority = Priority.HIGH)
public final class SchedulerWidget extends AbstractInputWidget<String, JPanel> {

  private final JPanel component = new JPanel(new BorderLayout());
  private final JComboBox<String> list = new JComboBox<>();

  private static final List<String> STYLES =
      List.of(Key.SCHEDULER_STYLE, Key.SCHEDULERS_STYLE, Key.SPACING_STYLE, Key.SPACINGS_STYLE);

  @Override
  public boolean supports(WidgetModel model) {
    return super.supports(model) && model.isText() && STYLES.stream().anyMatch(model::isStyle);
  }

  @Override
  public void set(WidgetModel model) {
    super.set(model);
    Key key = new Key(model.getItem());
    key.choices().forEach(list::addItem);
    list.setRenderer(new Labels(key));
    list.setToolTipText(key.description());
    refreshWidget();
    list.addActionListener(event -> updateModel());
    component.add(list);
  }

  @Override
  public String getValue() {
    return (String) list.getSelectedItem();
  }

  @Override
  public void refreshWidget() {
    Object value = get().getItem().getValue(get().getModule());
    if (value != null && !value.equals(list.getSelectedItem())) {
      list.setSelectedItem(value);
    }
    if (!list.getSelectedItem().equals(value)) {
      updateModel(); // a name that is not in the list, as of a script that failed
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

  /** Shows names by their labels. */
  private static final class Labels extends DefaultListCellRenderer {

    private static final long serialVersionUID = 1L;

    private final transient Key key;

    Labels(Key key) {
      this.key = key;
    }

    @Override
    public Component getListCellRendererComponent(
        JList<?> all, Object value, int index, boolean selected, boolean focused) {
      Object label = value == null ? null : key.label(value.toString());
      return super.getListCellRendererComponent(all, label, index, selected, focused);
    }
  }
}
