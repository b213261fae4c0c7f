/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.gui.GenericDialog;
import ij.gui.MultiLineLabel;
import java.awt.Choice;
import java.awt.EventQueue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sc.fiji.latentdiffusion.hosts.ModelBrowser;
import sc.fiji.latentdiffusion.hosts.dialogs.LineBreaks;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.library.ModelLibrary;
import sc.fiji.latentdiffusion.library.ModelSummary;

/**
 * The field of a model's name: a list of the models found, a button that browses for any other, and
 * below them a description of the chosen one. The list fills itself when the models folder has been
 * looked through.
 */
final class ModelField {

  /** A list that is there when the dialog opens gives it its width. */
  private static final int PATIENCE_MILLIS = 200;

  private static final int LINES = 3;

  /** The description of a model ends behind so many lines. */
  private static final int MOST_LINES = 3;

  private final GenericDialog dialog;
  private final ModelLibrary library;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Choice choice;
  private final MultiLineLabel description;

  /**
   * Adds the field to a dialog.
   *
   * @param text the text to show: empty, a name, or a path
   */
  ModelField(GenericDialog dialog, String label, String text, ModelLibrary library) {
    this.dialog = dialog;
    this.library = library;
    String first = BuiltIn.DRAWING.label();
    dialog.addChoice(label, new String[] {first}, first);
    choice = (Choice) dialog.getChoices().lastElement();
    GridPlaces.addButton(dialog, choice, "Browse…", event -> browse());
    dialog.addMessage(LineBreaks.wrapped("", LINES));
    description = (MultiLineLabel) dialog.getMessage();
    CompletableFuture<List<ModelSummary>> scan = library.scan();
    fill(soon(scan));
    choose(text);
    choice.addItemListener(event -> describe());
    scan.thenAccept(models -> EventQueue.invokeLater(() -> fill(models)));
  }

  private void browse() {
    ModelBrowser.browse(dialog, library.folder()).ifPresent(this::choose);
  }

  private List<ModelSummary> soon(CompletableFuture<List<ModelSummary>> scan) {
    try {
      return scan.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return library.latest(); // the rest comes later, if it comes
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return library.latest();
    }
  }

  /** Offers models; the one that is chosen stays so, listed or not. */
  private synchronized void fill(List<ModelSummary> models) {
    String chosen = text();
    choice.removeAll();
    names.clear();
    models.forEach(model -> add(model.label(), model.name()));
    choose(chosen);
  }

  private void add(String label, String name) {
    names.put(label, name);
    choice.add(label);
  }

  /** Shows a model: its name, a path, or empty for the built-in model. */
  synchronized void choose(String name) {
    String label =
        names.entrySet().stream()
            .filter(entry -> entry.getValue().equals(name))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(name.isEmpty() ? BuiltIn.DRAWING.label() : name);
    if (!names.containsKey(label)) {
      add(label, name);
    }
    choice.select(label);
    describe();
  }

  /** Describes the model as soon as its files are read, unless another is chosen by then. */
  private void describe() {
    String asked = text();
    library
        .look(asked)
        .thenAccept(
            model ->
                EventQueue.invokeLater(
                    () -> {
                      if (asked.equals(text())) describe(model.description());
                    }));
  }

  private void describe(String text) {
    List<String> lines = LineBreaks.wrapped(text, LINES).lines().toList();
    String rest = lines.size() > MOST_LINES ? "…" : "";
    description.setText(
        String.join("\n", lines.subList(0, Math.min(MOST_LINES, lines.size()))) + rest);
    DialogSize.fitAround(dialog, description);
  }

  /**
   * The name in macros: empty for the built-in model, a name, or a path. Any thread may ask, even
   * while the list is being filled.
   */
  synchronized String text() {
    String label = choice.getSelectedItem();
    return label.equals(BuiltIn.DRAWING.label()) ? "" : names.getOrDefault(label, label);
  }
}
