package sc.fiji.latentdiffusion.ij1;

import ij.gui.GenericDialog;
import ij.util.Tools;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.TextField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.scijava.module.ModuleItem;
import sc.fiji.latentdiffusion.commands.DiffusionService;
import sc.fiji.latentdiffusion.commands.ModelWidget;
import sc.fiji.latentdiffusion.pipeline.ModelLibrary;
import sc.fiji.latentdiffusion.pipeline.Request;

/** The fields of a dialog, one an input, and the texts in them. */
final class DialogFields {

  private static final Set<String> BESIDE_THE_LAST =
      Set.of(
          "height",
          "to",
          "guidance",
          "device",
          "context",
          "scale",
          "weighting",
          "intensity",
          "maximum",
          "seeds",
          "variant");
  private static final Set<String> LONG = Set.of("prompt", "negative", "lora", "name", "hub");
  private static final Set<String> OF_THE_MODEL = Set.of("model", "lora", "hub");
  private static final Set<String> STACKS = Set.of("latents", "noise", "predicted", "decoded");
  private static final int TEXT_COLUMNS = 48;

  private final GenericDialog dialog;
  private final Map<String, String> shown;
  private int lastRow = -1;
  private final Map<String, Supplier<String>> texts = new LinkedHashMap<>();
  private final List<ModuleItem<?>> flags = new ArrayList<>();

  /**
   * No fields yet.
   *
   * @param shown what is to stand in them, by key
   */
  DialogFields(GenericDialog dialog, Map<String, String> shown) {
    this.dialog = dialog;
    this.shown = shown;
  }

  /**
   * Where an input stands: what the user says first, then how it is made, last with which model.
   */
  static int row(ModuleItem<?> item) {
    if (OF_THE_MODEL.contains(item.getName())) {
      return 2;
    }
    return LONG.contains(item.getName()) ? 0 : 1;
  }

  /** Adds the field of an input; booleans wait for {@link #addFlags}. */
  void add(ModuleItem<?> item) {
    if (BESIDE_THE_LAST.contains(item.getName()) && row(item) == lastRow) {
      dialog.addToSameRow();
    }
    lastRow = row(item);
    if (STACKS.contains(item.getName())) {
      flags.add(item);
    } else if (item.getType() == boolean.class) {
      addFlag(item);
    } else if (ModelWidget.STYLE.equals(item.getWidgetStyle())) {
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
    if (item.getName().equals("folder")) {
      dialog.addDirectoryField(item.getLabel(), text, TEXT_COLUMNS - 8);
    } else {
      int columns = LONG.contains(item.getName()) ? TEXT_COLUMNS : 8;
      dialog.addStringField(item.getLabel(), text, columns);
    }
    TextField field = (TextField) dialog.getStringFields().lastElement();
    texts.put(item.getName(), field::getText);
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
    texts.put(item.getName(), field::getText);
  }

  private void addDice(TextField field) {
    dialog.addToSameRow();
    dialog.addButton(
        "Draw", event -> field.setText(String.valueOf(Request.defaults().withDrawnSeed().seed())));
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

  /** Adds the stacks to open, as a group. */
  void addFlags() {
    if (flags.isEmpty()) {
      return;
    }
    dialog.setInsets(10, 20, 0);
    dialog.addMessage("Also open, with one frame for every evaluation of the U-Net:");
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
