/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.embedding;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/**
 * Words of a prompt that stand for vectors which were learned (Gal et al. 2023, arXiv:2208.01618).
 *
 * @param file with the vectors
 */
public record TextualInversion(EmbeddingFile file) {

  /**
   * Checks that the vectors are as wide as the text encoders of a model.
   *
   * @param widths of the model's text encoders, by their index among those of the family, from 0
   * @param model its name in messages
   * @throws IOException with what was expected and found, if they are not
   */
  public void requireFitting(Map<Integer, Integer> widths, String model) throws IOException {
    long fitting =
        widths.entrySet().stream()
            .filter(tower -> word().vectors(tower.getKey(), tower.getValue()).isPresent())
            .count();
    boolean both = file.vectors().size() == 2;
    boolean enough =
        both
            ? fitting == widths.size() && widths.containsKey(1) // or the refiner's one
            : fitting > 0;
    if (enough) return;
    if (widths.isEmpty()) throw noWords(model);
    throw new IOException(
        "The textual inversion "
            + file
            + " is for another family: expected vectors of "
            + joined(widths.values())
            + " numbers, as the text encoders of the model "
            + model
            + " take, found "
            + joined(file.vectors().stream().map(LearnedWord::width).toList())
            + "; choose one that was made for this family of models.");
  }

  private IOException noWords(String model) {
    return new IOException(
        "The textual inversion "
            + file
            + " is for another family: the model "
            + model
            + " takes no learned words. Leave embeddings empty, or choose another model.");
  }

  private static String joined(Collection<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" and "));
  }

  /** Returns the word with its vectors. */
  public LearnedWord word() {
    return new LearnedWord(file.words(), file.vectors(), file.stamp());
  }
}
