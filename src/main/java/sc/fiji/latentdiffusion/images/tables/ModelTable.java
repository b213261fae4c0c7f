package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * What a model's files hold, as ImageJ's table: the model as a whole, then each component's
 * settings and tensors. No network is built.
 */
public final class ModelTable {

  private static final List<String> NETWORKS =
      List.of("text_encoder", "text_encoder_2", "unet", "vae");
  private static final List<String> OTHERS = List.of("tokenizer", "tokenizer_2", "scheduler");

  private final ResultsTable table = new ResultsTable();
  private final Model model;
  private long bytes;

  private ModelTable(Model model) {
    this.model = model;
  }

  /**
   * Makes the table.
   *
   * @param model its files
   * @throws IOException if one of them can't be read
   */
  public static ResultsTable of(Model model) throws IOException {
    ModelTable made = new ModelTable(model);
    made.whole();
    for (String component : OTHERS) made.settings(component);
    for (String component : NETWORKS) {
      made.settings(component);
      made.tensors(component);
    }
    made.add("model", "bytes", "of all tensors", String.valueOf(made.bytes));
    return made.table;
  }

  /**
   * Makes the table of a ControlNet.
   *
   * @param control its files
   * @throws IOException if one of them can't be read
   */
  public static ResultsTable of(ControlNetFile control) throws IOException {
    ModelTable made = new ModelTable(null);
    made.add("model", "name", "", control.name());
    made.add("model", "path", "", control.path().toString());
    made.add("model", "family", "", control.family());
    made.add("model", "sha256", "of all weights", control.sha256());
    if (control.config().isPresent()) made.settings("controlnet", control.config().get());
    made.tensors("controlnet", control.tensors());
    made.add("model", "bytes", "of all tensors", String.valueOf(made.bytes));
    return made.table;
  }

  private void whole() throws IOException {
    add("model", "name", "", model.name());
    add("model", "path", "", model.path().toString());
    add("model", "family", "", LatentDiffusion.family(model));
    add("model", "sha256", "of all weights", model.sha256());
    add("model", "predicts", "", LatentDiffusion.noiseSchedule(model).prediction().name());
    for (String note : model.notes()) add("model", "note", "", note);
  }

  private void settings(String component) throws IOException {
    if (model.has(component)) settings(component, model.config(component));
  }

  private void settings(String component, Config config) {
    for (Map.Entry<String, Object> setting : config.toMap().entrySet()) {
      add(component, setting.getKey(), "setting", String.valueOf(setting.getValue()));
    }
  }

  private void tensors(String component) throws IOException {
    if (model.has(component)) tensors(component, model.tensors(component));
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
