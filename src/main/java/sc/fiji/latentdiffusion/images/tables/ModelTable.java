/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import sc.fiji.latentdiffusion.addons.Contents;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The content of a model's files as ImageJ's table: the model as a whole, then each component's
 * settings and tensors. No network is built.
 */
public final class ModelTable {

  private final ResultsTable table = new ResultsTable();
  private long bytes;

  private ModelTable() {}

  /**
   * Makes the table.
   *
   * @param model its files
   * @throws IOException if one of them can't be read
   */
  public static ResultsTable of(Model model) throws IOException {
    Declaration declaration = Families.declare(model);
    ModelTable made = new ModelTable();
    made.whole(model, declaration);
    for (Component component : declaration.components()) {
      made.settings(component.name(), model.config(component.name()));
      if (component.role().isNetwork()) {
        made.tensors(component.name(), model.tensors(component.name()));
      }
    }
    made.add("model", "bytes", "of all tensors", String.valueOf(made.bytes));
    return made.table;
  }

  /** Makes the table of an add-on. */
  public static ResultsTable of(Contents addOn) {
    ModelTable made = new ModelTable();
    made.add("model", "name", "", addOn.name());
    made.add("model", "path", "", addOn.path().toString());
    made.add("model", "family", "", addOn.family());
    made.add("model", "sha256", "of all weights", addOn.sha256());
    addOn.settings().ifPresent(settings -> made.settings(addOn.component(), settings));
    made.tensors(addOn.component(), addOn.tensors());
    made.add("model", "bytes", "of all tensors", String.valueOf(made.bytes));
    return made.table;
  }

  private void whole(Model model, Declaration declaration) throws IOException {
    add("model", "name", "", model.name());
    add("model", "path", "", model.path().toString());
    add("model", "family", "", declaration.label());
    add("model", "sha256", "of all weights", model.sha256());
    if (declaration.hasDenoiser()) {
      add("model", "predicts", "", Families.noiseSchedule(model).prediction().name());
    }
    for (String note : model.notes()) add("model", "note", "", note);
  }

  private void settings(String component, Config config) {
    for (Map.Entry<String, Object> setting : config.toMap().entrySet()) {
      add(component, setting.getKey(), "setting", String.valueOf(setting.getValue()));
    }
  }

  private void tensors(String component, Map<String, StoredTensor> tensors) {
    for (StoredTensor tensor : new TreeMap<>(tensors).values()) {
      String type = "tensor " + tensor.dtype();
      add(component, tensor.name(), type, Arrays.toString(tensor.shape()));
      bytes += tensor.byteCount();
    }
  }

  private void add(String component, String name, String kind, String value) {
    table.addRow();
    table.addValue("component", component);
    table.addValue("name", name);
    table.addValue("kind", kind);
    table.addValue("value", value);
  }
}
