/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.prompts.Prompts;

/** Notes on learned words that a run does not use. */
public final class WordNotes {

  private WordNotes() {}

  /**
   * Returns a note for each word that has no effect.
   *
   * @param words of the run, in their order
   * @param prompts of the run
   * @param tokenizers of the model
   */
  public static List<String> of(
      List<LearnedWord> words, Prompts prompts, List<PromptTokenizer> tokenizers) {
    Set<LearnedWord> named = new HashSet<>();
    for (Prompt prompt : prompts.with(words).batch()) {
      tokenizers.forEach(tokenizer -> named.addAll(tokenizer.named(prompt)));
    }
    List<String> notes = new ArrayList<>();
    Map<String, LearnedWord> first = new HashMap<>();
    for (LearnedWord word : words) {
      String name = word.names().get(0);
      LearnedWord other = first.putIfAbsent(name.toLowerCase(Locale.ROOT), word);
      if (other != null) {
        notes.add(text(word) + " is left out: " + other.stamp().path() + " has the same word.");
      } else if (!named.contains(word)) {
        notes.add(text(word) + " has no effect: no prompt of the run names it.");
      }
    }
    return notes;
  }

  private static String text(LearnedWord word) {
    return "The word \"" + word.names().get(0) + "\" of " + word.stamp().path();
  }
}
