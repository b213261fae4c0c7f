package sc.fiji.latentdiffusion.ij1;

import ij.ImagePlus;
import ij.Prefs;
import ij.gui.DialogListener;
import ij.gui.GenericDialog;
import ij.gui.MultiLineLabel;
import java.awt.AWTEvent;
import java.awt.Color;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scijava.command.CommandInfo;
import org.scijava.module.ModuleItem;
import sc.fiji.latentdiffusion.commands.DiffusionCommand;

/**
 * Asks for a command's inputs in ImageJ 1.x, with the labels, choices and descriptions of its
 * annotations. What is wrong with an entry is said in the dialog while it is typed, and OK waits
 * until it is right.
 */
final class CommandDialog implements DialogListener {

  private static final int COLUMNS = 75;
  private static final String NOTHING_WRONG = " \n ";

  private final CommandInfo info;
  private final DiffusionCommand command;
  private final Inputs inputs;
  private Map<String, String> shown;
  private DialogFields fields;
  private MultiLineLabel message;

  /**
   * A dialog, not yet shown.
   *
   * @param shown what is to stand in it, by key, or null for the values of last time
   */
  CommandDialog(
      CommandInfo info, DiffusionCommand command, Inputs inputs, Map<String, String> shown) {
    this.info = info;
    this.command = command;
    this.inputs = inputs;
    this.shown = shown == null ? lastTime() : shown;
  }

  private Map<String, String> lastTime() {
    Map<String, String> values = inputs.values();
    for (ModuleItem<?> item : inputs.items()) {
      if (item.isPersisted()) {
        values.computeIfPresent(item.getName(), (key, value) -> Prefs.get(preference(key), value));
      }
    }
    return values;
  }

  /**
   * Shows the dialog.
   *
   * @return false if the user has given up, else the inputs are set
   */
  boolean show() {
    GenericDialog dialog = new GenericDialog(info.getLabel());
    fields = new DialogFields(dialog, shown);
    inputs.items().stream()
        .filter(item -> isOfUse(item.getName(), inputs.active()))
        .sorted(Comparator.comparingInt(DialogFields::row))
        .forEach(fields::add);
    fields.addFlags();
    dialog.addMessage(NOTHING_WRONG, null, Color.RED.darker());
    message = (MultiLineLabel) dialog.getMessage();
    dialog.addDialogListener(this);
    dialog.addHelp(help());
    dialogItemChanged(dialog, null);
    dialog.showDialog();
    shown = fields.texts();
    if (dialog.wasCanceled()) {
      return false;
    }
    persist();
    return true;
  }

  /** Whether an input makes a difference to an image; one that makes none keeps its default. */
  static boolean isOfUse(String key, ImagePlus active) {
    if (active == null) {
      return true;
    }
    return switch (key) {
      case "channels" -> active.getNChannels() > 1;
      case "intensity", "minimum", "maximum" -> active.getType() != ImagePlus.COLOR_RGB;
      case "slices", "seeds" -> active.getNSlices() * active.getNFrames() > 1;
      case "feather", "context" -> active.getRoi() != null;
      default -> true;
    };
  }

  /** What stands, or stood, in the fields, by key. */
  Map<String, String> shown() {
    return shown;
  }

  /** Sets the inputs to what stands in the fields; whether they can be run with. */
  @Override
  public boolean dialogItemChanged(GenericDialog dialog, AWTEvent event) {
    try {
      inputs.setAll(fields.texts());
      command.check();
      message.setText(NOTHING_WRONG);
      return true;
    } catch (IllegalArgumentException e) {
      String text = wrapped(e.getMessage());
      message.setText(text.contains("\n") ? text : text + "\n ");
      return false;
    }
  }

  /** A message with line breaks, which ImageJ's dialogs do not put in. */
  static String wrapped(String message) {
    return message.replaceAll("(.{1," + COLUMNS + "})(?: |$)", "$1\n").strip();
  }

  private void persist() {
    for (ModuleItem<?> item : inputs.items()) {
      String text = shown.get(item.getName());
      if (item.isPersisted() && text != null) {
        Prefs.set(preference(item.getName()), text);
      }
    }
  }

  private String preference(String key) {
    return "latentdiffusion."
        + command.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        + "."
        + key;
  }

  private String help() {
    StringBuilder html = new StringBuilder("<html><body style='width: 420px'>");
    html.append("<p>").append(info.getDescription()).append("</p><dl>");
    for (ModuleItem<?> item : List.copyOf(inputs.items())) {
      html.append("<dt><b>").append(item.getLabel()).append("</b> (").append(item.getName());
      html.append(")</dt><dd>").append(item.getDescription()).append("</dd>");
    }
    return html.append("</dl></body></html>").toString();
  }
}
