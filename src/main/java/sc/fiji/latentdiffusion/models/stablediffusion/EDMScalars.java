/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout.Settings;

/**
 * The two numbers in a single file that say it was trained over all sigmas between them and
 * predicts velocity (EDM), as CosXL. The steps lie evenly in the logarithm of sigma, as CosXL's in
 * diffusers; Karras's sigmas are a choice of the scheduler. Of settings beside the file only those
 * of an EDM scheduler hold: others are for models that were trained otherwise.
 *
 * @param max the largest sigma
 * @param min the smallest sigma
 * @param file that holds them
 */
record EDMScalars(double max, double min, Path file) {

  private static final String MAX = "edm_vpred.sigma_max";
  private static final String MIN = "edm_vpred.sigma_min";
  private static final String SCHEDULER = StableDiffusionFiles.SCHEDULER.name();

  /**
   * Reads the numbers.
   *
   * @param content of the file
   * @return the numbers; empty if the file has none
   * @throws IOException if one of them is missing, or is no number
   */
  static Optional<EDMScalars> of(TensorFile content, Path file) throws IOException {
    Map<String, StoredTensor> tensors = content.tensors();
    if (!tensors.containsKey(MAX) && !tensors.containsKey(MIN)) return Optional.empty();
    double max = number(MAX, tensors, file);
    return Optional.of(new EDMScalars(max, number(MIN, tensors, file), file));
  }

  private static double number(String name, Map<String, StoredTensor> tensors, Path file)
      throws IOException {
    if (tensors.containsKey(name)) return tensors.get(name).number();
    throw new IOException(
        file
            + " was trained over all sigmas between two bounds (EDM, as CosXL), but lacks one of"
            + " them, the tensor \""
            + name
            + "\"; copy or download the file again");
  }

  /**
   * Returns the settings of a file that holds the numbers.
   *
   * @param index as {@code model_index.json} would have it
   * @param components the settings of its layout, of which those of the scheduler are replaced
   * @param notes messages to the user, to which one may be added
   */
  Settings settings(JsonObject index, Map<String, JsonObject> components, List<String> notes)
      throws IOException {
    components.put(SCHEDULER, scheduler());
    Path beside = SingleFile.beside(file).resolve(SCHEDULER);
    Path config = beside.resolve(StableDiffusionFiles.SCHEDULER.role().configName());
    if (!Files.isRegularFile(config) || isEdm(config)) {
      return new Settings(index, components, Set.of(), List.copyOf(notes));
    }
    notes.add(
        file
            + " holds the tensors "
            + MAX
            + " and "
            + MIN
            + ": it was trained over all sigmas between them (EDM, as CosXL). "
            + config
            + " is for models with betas and is left out.");
    return new Settings(index, components, Set.of(SCHEDULER), List.copyOf(notes));
  }

  private static boolean isEdm(Path config) throws IOException {
    return Json.config(config).text("_class_name", "").startsWith("EDM");
  }

  private JsonObject scheduler() {
    JsonObject settings = new JsonObject();
    settings.addProperty("_class_name", "EDMEulerScheduler");
    settings.addProperty("sigma_max", max);
    settings.addProperty("sigma_min", min);
    settings.addProperty("sigma_data", 1);
    settings.addProperty("sigma_schedule", "exponential");
    settings.addProperty("prediction_type", "v_prediction");
    return settings;
  }
}
