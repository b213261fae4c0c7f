/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.embedding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/**
 * Textual inversions whose words prompts may contain.
 *
 * @param inversions in the order of their list
 */
public record TextualInversions(List<TextualInversion> inversions) implements Added {

  @Override
  public List<LearnedWord> words(TextWidths widths, String model) throws IOException {
    if (inversions.isEmpty()) return List.of();
    Map<Integer, Integer> present = widths.get();
    List<LearnedWord> words = new ArrayList<>();
    for (TextualInversion inversion : inversions) {
      inversion.requireFitting(present, model);
      LearnedWord word = inversion.word();
      word.requireFinite("The textual inversion " + inversion.file());
      words.add(word);
    }
    return words;
  }

  /** Returns name and SHA-256 of each. */
  @Override
  public Map<String, Object> info(NamedImages images) throws IOException {
    Map<String, Object> lines = new LinkedHashMap<>();
    for (int i = 0; i < inversions.size(); i++) {
      EmbeddingFile file = inversions.get(i).file();
      lines.put("embedding" + (i + 1), file.name());
      lines.put("embedding" + (i + 1) + "Sha256", file.sha256());
    }
    return lines;
  }
}
