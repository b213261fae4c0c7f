/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;

/** What the header of a trained LoRA says of the training, by the keys of kohya's scripts. */
final class TrainingNotes {

  private TrainingNotes() {}

  /**
   * Returns the texts of the header.
   *
   * @param done steps that were taken
   */
  static Map<String, String> of(Recipe recipe, TrainedModel model, int done) {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("ss_network_module", "networks.lora");
    notes.put("ss_network_dim", Integer.toString(recipe.rank()));
    notes.put("ss_network_alpha", Integer.toString(recipe.rank()));
    notes.put("ss_base_model_version", version(model.networks().declaration()));
    notes.put("ss_steps", Integer.toString(done));
    notes.put("ss_seed", Long.toString(recipe.seed()));
    notes.put("ss_learning_rate", Double.toString(recipe.rate()));
    notes.put("ss_batch_size_per_device", Integer.toString(recipe.batch()));
    notes.put("ss_min_snr_gamma", recipe.snr() > 0 ? Double.toString(recipe.snr()) : "None");
    return notes;
  }

  /** The kind of model, as other programs look for it. */
  private static String version(Declaration declaration) {
    if (declaration.components(Role.TEXT_ENCODER).size() > 1) return "sdxl_base_v1-0";
    boolean second =
        Families.kind(declaration.conditioningWidth())
            .filter(kind -> kind.contains("2."))
            .isPresent();
    return second ? "sd_v2" : "sd_v1";
  }
}
