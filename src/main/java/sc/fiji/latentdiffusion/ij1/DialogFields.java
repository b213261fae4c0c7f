/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.dialogs.InputCheck;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.library.ModelLibrary;
import sc.fiji.latentdiffusion.random.Rng;

/** The fields of a dialog, one a key, and the texts in them. */
final class DialogFields {

  private static final Color WRONG = new Color(255, 200, 200);
  private static final Color RIGHT = Color.WHITE;
  private static final Color IDLE = Color.LIGHT_GRAY;
  private static final int TEXT_COLUMNS = 48;

  private static final int SHORT_COLUMNS = 8;
  private static final int HALF_COLUMNS = 22;
  private static final int FLAGS_IN_A_ROW = 4;

  private final GenericDialog dialog;
  private final FieldGrid grid;
  private final Map<String, String> shown;
  private final Map<String, String> defaults;
  private Button toggle;
  private List<Component> more = List.of();
  private final Map<String, Supplier<String>> texts = new LinkedHashMap<>();
  private final Map<String, Consumer<String>> setters = new LinkedHashMap<>();
  private final Map<Key, TextComponent> fields = new LinkedHashMap<>();

  /**
   * No fields yet.
   *
   * @param defaults of all inputs, by key
   * @param shown the texts to show in them, by key
   */
  DialogFields(GenericDialog dialog, Map<String, String> defaults, Map<String, String> shown) {
    this.dialog = dialog;
    grid = new FieldGrid(dialog);
    this.defaults = defaults;
    this.shown = shown;
  }

  /**
   * Adds all fields; those that few people change are hidden behind a button.
   *
   * @param isChosen whether the text of a key is the user's; then none of them is hidden
   */
  void add(DialogOrder inputs, Predicate<String> isChosen) {
    addAll(inputs.first());
    if (!inputs.more().isEmpty()) addMore(inputs.more(), isChosen);
    GridPlaces.fill(dialog, new Scroller(grid.panel()));
  }

  private void addMore(List<Key> keys, Predicate<String> isChosen) {
    dialog.addButton(DialogOrder.MORE, event -> showMore(!more.get(0).isVisible()));
    int last = dialog.getComponentCount() - 1;
    toggle = (Button) dialog.getComponent(last);
    grid.addLine();
    int first = grid.panel().getComponentCount();
    addAll(keys);
    more = List.of(grid.panel().getComponents()).subList(first, grid.panel().getComponentCount());
    showMore(keys.stream().map(Key::name).anyMatch(isChosen));
  }

  private void showMore(boolean visible) {
    more.forEach(component -> component.setVisible(visible));
    toggle.setLabel(visible ? DialogOrder.LESS : DialogOrder.MORE);
    if (dialog.isShowing()) {
      dialog.pack();
      DialogSize.fit(dialog);
    }
  }

  private void addAll(List<Key> keys) {
    List<Key> usual = keys.stream().filter(key -> !key.isStack()).toList();
    DialogOrder.lines(usual, FieldGrid.IN_A_LINE).forEach(this::addLine);
    List<Key> stacks = keys.stream().filter(Key::isStack).toList();
    if (!stacks.isEmpty()) addStacks(stacks);
  }

  private void addLine(List<Key> keys) {
    grid.begin();
    for (Key key : keys) {
      add(key, keys.size() > 1);
      grid.take(key.equals(keys.get(keys.size() - 1)));
    }
  }

  private void add(Key key, boolean shared) {
    if (key.type() == boolean.class) {
      addFlag(key);
    } else if (key.isStyle(Key.MODEL_STYLE)) {
      addModel(key);
    } else if (!key.choices().isEmpty()) {
      addChoice(key);
    } else if (isBounded(key)) {
      addSlider(key);
    } else {
      addText(key, shared);
    }
  }

  private static boolean isBounded(Key key) {
    boolean both = key.item().getMinimumValue() != null && key.item().getMaximumValue() != null;
    return key.type() == double.class && both && key.zero().isEmpty();
  }

  private void addText(Key key, boolean shared) {
    String text = shown.get(key.name());
    if (key.isStyle(Key.TEXT_STYLE)) {
      keep(key, TextBox.add(dialog, key.label(), text, TEXT_COLUMNS, fields.isEmpty()));
      return;
    }
    if (key.isStyle(Key.FOLDER_STYLE)) {
      dialog.addDirectoryField(key.label(), text, TEXT_COLUMNS - 8);
    } else {
      int wide = shared ? HALF_COLUMNS : TEXT_COLUMNS;
      int columns = key.isWide() ? wide : SHORT_COLUMNS;
      dialog.addStringField(key.label(), text.equals("0") ? zero(key) : text, columns);
    }
    TextField field = (TextField) dialog.getStringFields().lastElement();
    if (key.zero().isPresent()) field.setColumns(key.zero().get().length());
    keep(key, field);
    if (key.isStyle(Key.SEED_STYLE)) {
      addDice(field);
    }
  }

  private void addModel(Key key) {
    ModelLibrary library = CommandRunner.context().service(DiffusionService.class).library();
    String text = shown.get(key.name());
    ModelField field = new ModelField(dialog, key.label(), text, library);
    texts.put(key.name(), field::text);
    setters.put(key.name(), field::choose);
  }

  private void addSlider(Key key) {
    double min = ((Number) key.item().getMinimumValue()).doubleValue();
    double max = ((Number) key.item().getMaximumValue()).doubleValue();
    String text = shown.get(key.name());
    double value = Tools.parseDouble(text, min);
    dialog.addSlider(key.label(), min, max, Math.min(Math.max(value, min), max), 0.01);
    TextField field = (TextField) dialog.getNumericFields().lastElement();
    field.setText(text);
    keep(key, field);
  }

  /** The text for 0. */
  private static String zero(Key key) {
    return key.zero().orElse("0");
  }

  /** A field that is disabled shows something else than its key's value, which is the default. */
  private void keep(Key key, TextComponent field) {
    texts.put(key.name(), () -> field.isEnabled() ? text(key, field) : defaults.get(key.name()));
    setters.put(key.name(), text -> field.setText(text.equals("0") ? zero(key) : text));
    fields.put(key, field);
  }

  private static String text(Key key, TextComponent field) {
    String text = field.getText();
    return text.strip().equals(zero(key)) ? "0" : text;
  }

  /** Disables keys that the value of another one makes useless: they have their defaults. */
  void settle() {
    Map<String, String> now = texts();
    fields.forEach(
        (key, field) -> {
          boolean counts = key.counts(now);
          boolean begins = counts && !field.isEnabled();
          if (begins && Double.isNaN(Tools.parseDouble(field.getText()))) {
            field.setText(defaults.get(key.name()));
          }
          field.setEnabled(counts);
        });
  }

  /**
   * Shows values in the disabled fields.
   *
   * @param used texts, by key, of the values that a run uses; keys that are missing keep theirs
   */
  void showUsed(Map<String, String> used) {
    fields.forEach(
        (key, field) -> {
          String text = used.get(key.name());
          if (!field.isEnabled() && text != null && !text.equals(field.getText())) {
            if (field instanceof TextField f) f.setColumns(Math.max(SHORT_COLUMNS, text.length()));
            field.setText(text);
          }
        });
  }

  /** Colours the field that a verdict is about. */
  void mark(InputCheck verdict) {
    fields.forEach(
        (key, field) -> {
          Color usual = field.isEnabled() ? RIGHT : IDLE;
          field.setBackground(verdict.refuses(key.name()) ? WRONG : usual);
        });
  }

  private void addDice(TextField field) {
    GridPlaces.addButton(
        dialog, field, DialogOrder.RANDOM, event -> field.setText(String.valueOf(Rng.drawnSeed())));
  }

  private void addFlag(Key key) {
    dialog.addCheckbox(key.label(), Boolean.parseBoolean(shown.get(key.name())));
    Checkbox box = (Checkbox) dialog.getCheckboxes().lastElement();
    keep(key, box);
  }

  private void keep(Key key, Checkbox box) {
    texts.put(key.name(), () -> String.valueOf(box.getState()));
    setters.put(key.name(), text -> box.setState(Boolean.parseBoolean(text)));
  }

  private void addChoice(Key key) {
    List<String> values = key.choices();
    String[] labels = values.stream().map(key::label).toArray(String[]::new);
    String text = shown.get(key.name());
    dialog.addChoice(key.label(), labels, values.contains(text) ? key.label(text) : null);
    Choice choice = (Choice) dialog.getChoices().lastElement();
    texts.put(key.name(), () -> values.get(choice.getSelectedIndex()));
    setters.put(key.name(), value -> choice.select(key.label(value)));
  }

  private void addStacks(List<Key> keys) {
    dialog.addMessage(DialogOrder.STACKS);
    grid.addLine();
    addFlags(keys.stream().filter(key -> key.type() == boolean.class).toList());
    addLine(keys.stream().filter(key -> key.type() != boolean.class).toList());
  }

  private void addFlags(List<Key> flags) {
    String[] labels = flags.stream().map(Key::label).toArray(String[]::new);
    boolean[] states = new boolean[labels.length];
    for (int i = 0; i < states.length; i++) {
      states[i] = Boolean.parseBoolean(shown.get(flags.get(i).name()));
    }
    int before = dialog.getCheckboxes() == null ? 0 : dialog.getCheckboxes().size();
    int rows = (labels.length + FLAGS_IN_A_ROW - 1) / FLAGS_IN_A_ROW;
    dialog.addCheckboxGroup(rows, Math.min(labels.length, FLAGS_IN_A_ROW), labels, states);
    grid.addLine();
    for (int i = 0; i < states.length; i++) {
      keep(flags.get(i), (Checkbox) dialog.getCheckboxes().get(before + i));
    }
  }

  /** Shows other texts in some of the fields, by key. */
  void show(Map<String, String> others) {
    others.forEach((key, text) -> setters.get(key).accept(text));
  }

  /** The present texts in the fields, by key. */
  Map<String, String> texts() {
    Map<String, String> now = new LinkedHashMap<>();
    texts.forEach((key, text) -> now.put(key, text.get()));
    return now;
  }
}
