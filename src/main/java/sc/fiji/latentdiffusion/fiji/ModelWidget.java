/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.EventQueue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;
import org.scijava.Priority;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.AbstractInputWidget;
import org.scijava.widget.InputWidget;
import org.scijava.widget.WidgetModel;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.ModelBrowser;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.ModelLibrary;
import sc.fiji.latentdiffusion.library.ModelSummary;

/**
 * The field of a model's name in Fiji's dialogs: a list of the models found, into which any other
 * name or path can be typed, a button that browses for one, and below them a description of it. The
 * value is the text that macros record. The list fills itself when the models folder has been
 * searched; the dialog does not wait for that.
 */
@Plugin(type = InputWidget.class, priority = Priority.HIGH)
public final class ModelWidget extends AbstractInputWidget<String, JPanel> {

  /** Wide enough for usual names; a dialog does not grow after it has opened. */
  private static final String PROTOTYPE = "x".repeat(30);

  private static final int SHORT = 240;

  /** The text for the empty name. */
  @Parameter(required = false)
  private DiffusionService diffusion;

  private final Map<String, String> labels = new HashMap<>();
  private JPanel panel;
  private JComboBox<String> names;
  private JTextArea description;

  @Override
  public boolean supports(WidgetModel model) {
    return super.supports(model)
        && diffusion != null
        && model.isText()
        && model.isStyle(Key.MODEL_STYLE);
  }

  @Override
  public void set(WidgetModel model) {
    super.set(model);
    names = new JComboBox<>();
    names.setEditable(true);
    names.setRenderer(new Labels());
    names.setPrototypeDisplayValue(PROTOTYPE);
    description = Fields.lines(2);
    JButton browse = new JButton("Browse…");
    browse.addActionListener(
        event -> ModelBrowser.browse(panel, library().folder()).ifPresent(this::show));
    panel = new JPanel(new BorderLayout(4, 0));
    panel.add(names, BorderLayout.CENTER);
    panel.add(browse, BorderLayout.EAST);
    panel.add(description, BorderLayout.SOUTH);
    names.setToolTipText(model.getItem().getDescription());
    fill(library().latest());
    editor().getDocument().addDocumentListener(new Typing());
    refreshWidget();
    library().scan().thenAccept(models -> EventQueue.invokeLater(() -> fill(models)));
  }

  private ModelLibrary library() {
    return diffusion.library();
  }

  private JTextField editor() {
    return (JTextField) names.getEditor().getEditorComponent();
  }

  /** Offers models; the present text stays. */
  private void fill(List<ModelSummary> models) {
    String now = editor().getText();
    names.removeAllItems();
    for (ModelSummary model : models) {
      String shown = shown(model.name());
      labels.put(shown, model.label());
      names.addItem(shown);
    }
    names.setSelectedItem(now);
  }

  private static String shown(String name) {
    return BuiltIn.named(name).map(BuiltIn::label).orElse(name);
  }

  private void show(String name) {
    names.setSelectedItem(shown(name));
  }

  @Override
  public String getValue() {
    String text = editor().getText().strip();
    return BuiltIn.named(text).map(BuiltIn::key).orElse(text);
  }

  @Override
  public void refreshWidget() {
    Object value = get().getValue();
    String name = value == null ? "" : value.toString();
    if (!name.equals(getValue()) || editor().getText().isEmpty()) {
      show(name);
    }
    describe();
  }

  /** Describes the model as soon as its files are read, unless another is named by then. */
  private void describe() {
    String asked = getValue();
    library()
        .look(asked)
        .thenAccept(
            model ->
                EventQueue.invokeLater(
                    () -> {
                      if (asked.equals(getValue())) describe(model.description());
                    }));
  }

  private void describe(String text) {
    String first = text.length() <= SHORT ? text : text.substring(0, SHORT) + "…";
    description.setText(first);
    description.setToolTipText(text);
  }

  @Override
  public JPanel getComponent() {
    return panel;
  }

  @Override
  public Class<JPanel> getComponentType() {
    return JPanel.class;
  }

  /** Passes on the text that is typed or chosen. */
  private final class Typing implements DocumentListener {

    @Override
    public void insertUpdate(DocumentEvent event) {
      changed();
    }

    @Override
    public void removeUpdate(DocumentEvent event) {
      changed();
    }

    @Override
    public void changedUpdate(DocumentEvent event) {
      changed();
    }

    private void changed() {
      if (!getValue().equals(get().getValue())) {
        updateModel();
        describe();
      }
    }
  }

  /** Shows names in the list with family and size. */
  private final class Labels extends DefaultListCellRenderer {

    private static final long serialVersionUID = 1L;

    @Override
    public Component getListCellRendererComponent(
        JList<?> list, Object name, int index, boolean selected, boolean focused) {
      Object label = name == null ? " " : labels.getOrDefault(name.toString(), name.toString());
      return super.getListCellRendererComponent(list, label, index, selected, focused);
    }
  }
}
