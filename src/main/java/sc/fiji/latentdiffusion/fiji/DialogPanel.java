package sc.fiji.latentdiffusion.fiji;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Container;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.util.List;
import java.util.Map;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import org.scijava.module.ModuleItem;
import org.scijava.widget.AbstractInputPanel;
import org.scijava.widget.InputWidget;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * SciJava's widgets for the inputs of a command, laid out two in a row where they belong together.
 */
final class DialogPanel extends AbstractInputPanel<JPanel, JPanel> {

  private static final int COLUMNS = 4;
  private static final Insets GAPS = new Insets(2, 6, 2, 6);

  private final JPanel component = new JPanel();
  private Runnable change = () -> {};

  /** Sets what is done, in any thread, when an input has changed. */
  void onChange(Runnable action) {
    change = action;
  }

  /**
   * An input has changed. The widgets stay as they are: what is being typed in them is newer than
   * what SciJava would put there.
   */
  @Override
  public void refresh() {
    change.run();
  }

  /** Disables those of some inputs that do not count, and shows what they are now. */
  void enable(List<ModuleItem<?>> inputs, Map<String, String> texts) {
    for (ModuleItem<?> input : inputs) {
      InputWidget<?, JPanel> widget = getWidget(input.getName());
      boolean counts = DialogOrder.counts(input.getName(), texts);
      if (widget != null && widget.getComponent().isEnabled() != counts) {
        widget.refreshWidget();
        enable(widget.getComponent(), counts);
      }
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

  /** A panel of some of the inputs, in their order. */
  JPanel panel(List<ModuleItem<?>> inputs) {
    JPanel panel = new JPanel(new GridBagLayout());
    GridBagConstraints at = new GridBagConstraints();
    at.insets = GAPS;
    at.gridy = 0;
    at.gridx = 0;
    boolean stacks = false;
    String last = "";
    for (ModuleItem<?> input : inputs) {
      boolean stack = DialogOrder.isStack(input.getName());
      boolean wide = DialogOrder.isWide(input.getName());
      boolean beside = stack && stacks || DialogOrder.isBeside(input.getName(), last);
      if (at.gridx >= COLUMNS || at.gridx > 0 && !beside) {
        at.gridx = 0;
        at.gridy++;
      }
      if (stack && !stacks) {
        addHeading(panel, DialogOrder.STACKS, at);
        stacks = true;
      }
      add(panel, input, wide, at);
      last = input.getName();
    }
    return panel;
  }

  private static void addHeading(JPanel panel, String text, GridBagConstraints at) {
    at.gridwidth = COLUMNS;
    at.anchor = GridBagConstraints.LINE_START;
    panel.add(new JLabel(text), at);
    at.gridy++;
  }

  private void add(JPanel panel, ModuleItem<?> input, boolean wide, GridBagConstraints at) {
    InputWidget<?, JPanel> widget = getWidget(input.getName());
    JLabel label = new JLabel(input.getLabel());
    label.setToolTipText(input.getDescription());
    at.gridwidth = 1;
    at.weightx = 0;
    at.fill = GridBagConstraints.NONE;
    at.anchor = GridBagConstraints.LINE_END;
    panel.add(label, at);
    at.gridx++;
    at.gridwidth = wide ? COLUMNS - 1 : 1;
    at.weightx = 1;
    at.fill = GridBagConstraints.HORIZONTAL;
    at.anchor = GridBagConstraints.LINE_START;
    panel.add(input.getName().equals("seed") ? withDice(widget) : widget.getComponent(), at);
    if (DiffusionCommand.TEXT_STYLE.equals(input.getWidgetStyle())) {
      TextAreas.within(widget.getComponent()).forEach(TextAreas::ease);
    }
    at.gridx += at.gridwidth;
  }

  private static JPanel withDice(InputWidget<?, JPanel> seed) {
    JButton draw = new JButton("Draw");
    draw.addActionListener(
        event -> {
          seed.get().setValue(Request.defaults().withDrawnSeed().seed());
          seed.refreshWidget();
        });
    JPanel both = new JPanel(new BorderLayout());
    both.add(seed.getComponent(), BorderLayout.CENTER);
    both.add(draw, BorderLayout.LINE_END);
    return both;
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
