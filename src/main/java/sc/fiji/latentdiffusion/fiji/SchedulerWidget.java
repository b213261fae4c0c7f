package sc.fiji.latentdiffusion.fiji;

import java.awt.BorderLayout;
import java.awt.Component;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JComboBox;
import javax.swing.JList;
import javax.swing.JPanel;
import org.scijava.Priority;
import org.scijava.plugin.Plugin;
import org.scijava.widget.AbstractInputWidget;
import org.scijava.widget.InputWidget;
import org.scijava.widget.WidgetModel;
import sc.fiji.latentdiffusion.keys.SchedulerChoice;
import sc.fiji.latentdiffusion.keys.SchedulersChoice;
import sc.fiji.latentdiffusion.plugins.Schedulers;

/** A list of schedulers by their labels; what is chosen, and recorded, are their short names. */
@Plugin(type = InputWidget.class, priority = Priority.HIGH)
public final class SchedulerWidget extends AbstractInputWidget<Object, JPanel> {

  private final JPanel component = new JPanel(new BorderLayout());
  private final JComboBox<Object> list = new JComboBox<>();

  @Override
  public boolean supports(WidgetModel model) {
    return super.supports(model)
        && (model.isType(SchedulerChoice.class) || model.isType(SchedulersChoice.class));
  }

  @Override
  public void set(WidgetModel model) {
    super.set(model);
    if (model.isType(SchedulersChoice.class)) {
      SchedulersChoice.choices().forEach(list::addItem);
    } else {
      Schedulers.names().forEach(name -> list.addItem(new SchedulerChoice(name)));
    }
    list.setRenderer(new LabelRenderer());
    list.setToolTipText(model.getItem().getDescription());
    refreshWidget();
    list.addActionListener(event -> updateModel());
    component.add(list);
  }

  @Override
  public Object getValue() {
    return list.getSelectedItem();
  }

  @Override
  public void refreshWidget() {
    Object value = get().getItem().getValue(get().getModule());
    if (value != null && !value.equals(list.getSelectedItem())) {
      list.setSelectedItem(value);
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

  /** What a list calls a choice. */
  private static String label(Object choice) {
    boolean one = choice instanceof SchedulerChoice;
    boolean all = String.valueOf(choice).equals(SchedulersChoice.ALL);
    return choice == null || !one && all
        ? String.valueOf(choice)
        : Schedulers.label(choice.toString());
  }

  private static final class LabelRenderer extends DefaultListCellRenderer {

    private static final long serialVersionUID = 1L;

    @Override
    public Component getListCellRendererComponent(
        JList<?> all, Object value, int index, boolean selected, boolean focused) {
      return super.getListCellRendererComponent(all, label(value), index, selected, focused);
    }
  }
}
