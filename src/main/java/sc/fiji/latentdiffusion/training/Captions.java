/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * Encodes captions: their first block of tokens, without weights. While text encoders are not
 * trained, each caption is encoded once.
 */
final class Captions {

  private final TrainedModel model;
  private final TrainingKernels kernels;
  private final int size;
  private final boolean trained;
  private final Map<String, Conditioning> kept = new LinkedHashMap<>();

  /**
   * @param model encodes them
   * @param kernels cut and join
   * @param recipe gives the size of pictures, and whether text encoders are trained
   */
  Captions(TrainedModel model, TrainingKernels kernels, Recipe recipe) {
    this.model = model;
    this.kernels = kernels;
    size = recipe.size();
    trained = recipe.words();
  }

  /**
   * Encodes a batch.
   *
   * @param captions one for each batch entry
   * @param owner of the result
   */
  Conditioning of(List<String> captions, NDManager owner) {
    List<String> distinct = captions.stream().distinct().toList();
    long[] rows = captions.stream().mapToLong(distinct::indexOf).toArray();
    List<Conditioning> encoded = new ArrayList<>();
    for (String caption : distinct) encoded.add(one(caption, owner));
    NDArray states = joined(encoded.stream().map(Conditioning::states).toList(), rows, owner);
    NDArray added = joined(encoded.stream().map(Conditioning::added).toList(), rows, owner);
    return new Conditioning(states, added);
  }

  private Conditioning one(String caption, NDManager owner) {
    if (trained) return encoded(caption, owner);
    NDManager manager = model.networks().manager();
    return kept.computeIfAbsent(caption, text -> encoded(text, manager));
  }

  private Conditioning encoded(String caption, NDManager owner) {
    Prompt prompt = Prompt.plain(caption);
    Conditioning all = model.networks().conditioner().encode(Prompts.of(prompt), size, size, owner);
    if (all.states() == null || model.tokenizer().isEmpty()) return all;
    try {
      int tokens = model.tokenizer().get().encode(List.of(prompt)).get(0).get(0).ids().length;
      return new Conditioning(kernels.firstTokens(all.states(), tokens), all.added());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private NDArray joined(List<NDArray> parts, long[] rows, NDManager owner) {
    if (parts.stream().anyMatch(Objects::isNull)) return null;
    try (Parameters list = new Parameters(parts)) {
      return kernels.rowsOf(owner, list, rows);
    }
  }
}
