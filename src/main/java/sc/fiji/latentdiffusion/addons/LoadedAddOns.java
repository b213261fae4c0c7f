/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/**
 * The loaded add-ons of a run. Changes of weights are not among them: they belong to the loaded
 * model.
 *
 * @param words that prompts may contain
 * @param steering of the denoiser
 * @param info lines of a result's Info, by their keys; they name the add-ons that change weights,
 *     too
 * @param notes for the user on contents of their files that the run does not use
 */
public record LoadedAddOns(
    List<LearnedWord> words,
    List<Steering> steering,
    Map<String, Object> info,
    List<String> notes) {

  /** No add-on. */
  public static final LoadedAddOns NONE =
      new LoadedAddOns(List.of(), List.of(), Map.of(), List.of());

  /** Keeps unmodifiable copies. */
  public LoadedAddOns {
    words = List.copyOf(words);
    steering = List.copyOf(steering);
    info = Collections.unmodifiableMap(new LinkedHashMap<>(info));
    notes = List.copyOf(notes);
  }

  /**
   * Loads add-ons for a run.
   *
   * @param added to the model
   * @param model with the changes of weights
   * @param parts keeps the networks beside the model's own
   * @param images that entries name
   * @param owner owns the hints of the images; it must stay open until the run is closed
   * @throws IOException if an add-on is damaged, or for another family of models
   */
  public static LoadedAddOns of(
      Added added, LoadedModel model, LoadedParts parts, NamedImages images, NDManager owner)
      throws IOException {
    List<Steering> steering = added.steering(parts, images, owner);
    String named = model.files().path() + " (" + model.declaration().label() + ")";
    List<LearnedWord> words = added.words(model.conditioner()::widths, named);
    List<String> notes = added.notes(model.files(), model.declaration());
    return new LoadedAddOns(words, steering, added.info(images), notes);
  }
}
