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
import org.scijava.widget.AbstractInputPanel;
import org.scijava.widget.InputWidget;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.pipeline.Sampling;

/**
 * SciJava's widgets for the inputs of a command, laid out two in a row where they belong together.
 */
final class DialogPanel extends AbstractInputPanel<JPanel, JPanel> {

  private static final int COLUMNS = 4;
  private static final Insets GAPS = new Insets(2, 6, 2, 6);

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
      InputWidget<?, JPanel> widget = getWidget(key.name());
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

  private static void enable(Component component, boolean enabled) {
    component.setEnabled(enabled);
    if (component instanceof Container container) {
      for (Component part : container.getComponents()) {
        enable(part, enabled);
      }
    }
  }

  /** A panel of the fields of some keys, in their order. */
  JPanel panel(List<Key> keys) {
    JPanel panel = new JPanel(new GridBagLayout());
    GridBagConstraints at = new GridBagConstraints();
    at.insets = GAPS;
    at.gridy = 0;
    at.gridx = 0;
    Key last = null;
    for (Key key : keys) {
      boolean stacks = last != null && last.isStack();
      boolean beside = key.isStack() && stacks || key.isBeside(last);
      if (at.gridx >= COLUMNS || at.gridx > 0 && !beside) {
        at.gridx = 0;
        at.gridy++;
      }
      if (key.isStack() && !stacks) {
        addHeading(panel, DialogOrder.STACKS, at);
      }
      add(panel, key, at);
      last = key;
    }
    return panel;
  }

  private static void addHeading(JPanel panel, String text, GridBagConstraints at) {
    at.gridwidth = COLUMNS;
    at.anchor = GridBagConstraints.LINE_START;
    panel.add(new JLabel(text), at);
    at.gridy++;
  }

  private void add(JPanel panel, Key key, GridBagConstraints at) {
    InputWidget<?, JPanel> widget = getWidget(key.name());
    JLabel label = new JLabel(key.label());
    label.setToolTipText(key.description());
    at.gridwidth = 1;
    at.weightx = 0;
    at.fill = GridBagConstraints.NONE;
    at.anchor = GridBagConstraints.LINE_END;
    panel.add(label, at);
    at.gridx++;
    at.gridwidth = key.isWide() ? COLUMNS - 1 : 1;
    at.weightx = 1;
    at.fill = GridBagConstraints.HORIZONTAL;
    at.anchor = GridBagConstraints.LINE_START;
    panel.add(key.isStyle(Key.SEED_STYLE) ? withDice(widget) : widget.getComponent(), at);
    Fields.fit(widget.getComponent());
    key.zero().ifPresent(word -> Fields.showZeroAs(widget.getComponent(), word));
    at.gridx += at.gridwidth;
  }

  private static JPanel withDice(InputWidget<?, JPanel> seed) {
    JButton draw = new JButton(DialogOrder.RANDOM);
    draw.addActionListener(
        event -> {
          seed.get().setValue(Sampling.drawnSeed());
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
