package sc.fiji.latentdiffusion.ij1;

import ij.gui.GenericDialog;
import ij.util.Tools;
import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Color;
import java.awt.Component;
import java.awt.TextComponent;
import java.awt.TextField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.scijava.module.ModuleItem;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.InputCheck;
import sc.fiji.latentdiffusion.keys.Choices;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.library.ModelLibrary;
import sc.fiji.latentdiffusion.pipeline.Request;

/** The fields of a dialog, one an input, and the texts in them. */
final class DialogFields {

  private static final Set<String> LONG = Set.of("control", "embeddings", "lora", "name", "hub");
  private static final Color WRONG = new Color(255, 200, 200);
  private static final Color RIGHT = Color.WHITE;
  private static final Color IDLE = Color.LIGHT_GRAY;
  private static final int TEXT_COLUMNS = 48;

  private final GenericDialog dialog;
  private final Map<String, String> shown;
  private final Map<String, String> defaults;
  private Button toggle;
  private List<Component> more = List.of();
  private final Map<String, Supplier<String>> texts = new LinkedHashMap<>();
  private final Map<String, TextComponent> fields = new LinkedHashMap<>();

  /**
   * No fields yet.
   *
   * @param defaults of all inputs, by key
   * @param shown what is to stand in them, by key
   */
  DialogFields(GenericDialog dialog, Map<String, String> defaults, Map<String, String> shown) {
    this.dialog = dialog;
    this.defaults = defaults;
    this.shown = shown;
  }

  /** Adds all fields; those of few interest are hidden behind a button, unless they differ. */
  void add(DialogOrder inputs) {
    addAll(inputs.first());
    if (inputs.more().isEmpty()) {
      return;
    }
    dialog.addButton(DialogOrder.MORE, event -> showMore(!more.get(0).isVisible()));
    int first = dialog.getComponentCount();
    toggle = (Button) dialog.getComponent(first - 1);
    addAll(inputs.more());
    more = List.of(dialog.getComponents()).subList(first, dialog.getComponentCount());
    showMore(inputs.more().stream().anyMatch(this::isChanged));
  }

  private boolean isChanged(ModuleItem<?> item) {
    return !defaults.getOrDefault(item.getName(), "").equals(shown.get(item.getName()));
  }

  private void showMore(boolean visible) {
    more.forEach(component -> component.setVisible(visible));
    toggle.setLabel(visible ? DialogOrder.LESS : DialogOrder.MORE);
    if (dialog.isShowing()) {
      dialog.pack();
    }
  }

  private void addAll(List<ModuleItem<?>> items) {
    String last = "";
    List<ModuleItem<?>> stacks = new ArrayList<>();
    for (ModuleItem<?> item : items) {
      if (DialogOrder.isStack(item.getName())) {
        stacks.add(item);
      } else {
        if (DialogOrder.isBeside(item.getName(), last)) {
          dialog.addToSameRow();
        }
        add(item);
        last = item.getName();
      }
    }
    addStacks(stacks);
  }

  private void add(ModuleItem<?> item) {
    if (item.getType() == boolean.class) {
      addFlag(item);
    } else if (DiffusionCommand.MODEL_STYLE.equals(item.getWidgetStyle())) {
      addModel(item);
    } else if (!Choices.of(item).isEmpty()) {
      addChoice(item);
    } else if (item.getType() == double.class && item.getMaximumValue() != null) {
      addSlider(item);
    } else {
      addText(item);
    }
  }

  private void addText(ModuleItem<?> item) {
    String text = shown.get(item.getName());
    if (DiffusionCommand.TEXT_STYLE.equals(item.getWidgetStyle())) {
      keep(item, TextBox.add(dialog, item.getLabel(), text, TEXT_COLUMNS));
      return;
    }
    if (item.getName().equals("folder")) {
      dialog.addDirectoryField(item.getLabel(), text, TEXT_COLUMNS - 8);
    } else {
      int columns = LONG.contains(item.getName()) ? TEXT_COLUMNS : 8;
      dialog.addStringField(item.getLabel(), text, columns);
    }
    TextField field = (TextField) dialog.getStringFields().lastElement();
    keep(item, field);
    if (item.getName().equals("seed")) {
      addDice(field);
    }
  }

  private void addModel(ModuleItem<?> item) {
    ModelLibrary library = CommandRunner.context().service(DiffusionService.class).library();
    String text = shown.get(item.getName());
    texts.put(item.getName(), new ModelField(dialog, item.getLabel(), text, library)::text);
  }

  private void addSlider(ModuleItem<?> item) {
    double min = ((Number) item.getMinimumValue()).doubleValue();
    double max = ((Number) item.getMaximumValue()).doubleValue();
    String text = shown.get(item.getName());
    double value = Tools.parseDouble(text, min);
    dialog.addSlider(item.getLabel(), min, max, Math.min(Math.max(value, min), max), 0.01);
    TextField field = (TextField) dialog.getNumericFields().lastElement();
    field.setText(text);
    keep(item, field);
  }

  private void keep(ModuleItem<?> item, TextComponent field) {
    texts.put(item.getName(), field::getText);
    fields.put(item.getName(), field);
  }

  /** Disables what counts only where another field is so or so, and gives it its default. */
  void settle() {
    Map<String, String> now = texts();
    fields.forEach(
        (key, field) -> {
          boolean counts = DialogOrder.counts(key, now);
          if (!counts && !field.getText().equals(defaults.get(key))) {
            field.setText(defaults.get(key));
          }
          field.setEnabled(counts);
        });
  }

  /** Makes the field stand out that a verdict is about. */
  void mark(InputCheck verdict) {
    fields.forEach(
        (key, field) -> {
          Color usual = field.isEnabled() ? RIGHT : IDLE;
          field.setBackground(verdict.refuses(key) ? WRONG : usual);
        });
  }

  private void addDice(TextField field) {
    GridPlaces.addButton(
        dialog,
        field,
        "Draw",
        event -> field.setText(String.valueOf(Request.defaults().withDrawnSeed().seed())),
        false);
  }

  private void addFlag(ModuleItem<?> item) {
    dialog.addCheckbox(item.getLabel(), Boolean.parseBoolean(shown.get(item.getName())));
    Checkbox box = (Checkbox) dialog.getCheckboxes().lastElement();
    texts.put(item.getName(), () -> String.valueOf(box.getState()));
  }

  private void addChoice(ModuleItem<?> item) {
    List<String> values = Choices.of(item);
    String[] labels =
        values.stream().map(value -> Choices.label(item, value)).toArray(String[]::new);
    String text = shown.get(item.getName());
    dialog.addChoice(
        item.getLabel(), labels, values.contains(text) ? Choices.label(item, text) : null);
    Choice choice = (Choice) dialog.getChoices().lastElement();
    texts.put(item.getName(), () -> values.get(choice.getSelectedIndex()));
  }

  private void addStacks(List<ModuleItem<?>> flags) {
    if (flags.isEmpty()) {
      return;
    }
    dialog.setInsets(10, 20, 0);
    dialog.addMessage(DialogOrder.STACKS);
    dialog.setInsets(0, 20, 0);
    String[] labels = flags.stream().map(ModuleItem::getLabel).toArray(String[]::new);
    boolean[] states = new boolean[labels.length];
    for (int i = 0; i < states.length; i++) {
      states[i] = Boolean.parseBoolean(shown.get(flags.get(i).getName()));
    }
    int before = dialog.getCheckboxes() == null ? 0 : dialog.getCheckboxes().size();
    dialog.addCheckboxGroup(1, labels.length, labels, states);
    for (int i = 0; i < states.length; i++) {
      Checkbox box = (Checkbox) dialog.getCheckboxes().get(before + i);
      texts.put(flags.get(i).getName(), () -> String.valueOf(box.getState()));
    }
  }

  /** What stands in the fields now, by key. */
  Map<String, String> texts() {
    Map<String, String> now = new LinkedHashMap<>();
    texts.forEach((key, text) -> now.put(key, text.get()));
    return now;
  }
}
