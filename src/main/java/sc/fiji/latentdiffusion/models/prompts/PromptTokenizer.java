/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Splits prompts into tokens for one text encoder of a model, without loading the model. */
public interface PromptTokenizer {

  /** Returns the name of the component that holds its vocabulary. */
  String name();

  /** Returns the index of its text encoder among those of the family, from 0. */
  int index();

  /**
   * Returns how many numbers its text encoder has for a token.
   *
   * @throws IOException if the text encoder's files are missing or not right
   */
  int width() throws IOException;

  /**
   * Returns notes for the user on signs in a prompt that other programs read as more than words,
   * and that are plain words here.
   */
  default List<String> notes(Prompt prompt) {
    return List.of();
  }

  /**
   * Returns weights in a prompt that are far beyond usual values.
   *
   * @return the subject of a sentence for each, for example {@code the weight 1000 of "nuclei"}
   */
  default List<String> unusualWeights(Prompt prompt) {
    return List.of();
  }

  /** Returns whether its text encoder takes learned words. */
  default boolean takesLearnedWords() {
    return true;
  }

  /** Returns the learned words of a prompt that its text names, and that its text encoder takes. */
  default Set<LearnedWord> named(Prompt prompt) {
    return takesLearnedWords() ? Set.copyOf(prompt.words()) : Set.of();
  }

  /** Returns the words of a prompt, without the signs that weigh them. */
  default String words(Prompt prompt) {
    return prompt.text();
  }

  /**
   * Splits prompts.
   *
   * @param prompts any number, with learned words
   * @return the blocks of each prompt, at least one
   * @throws IOException if the vocabulary can't be read
   */
  List<List<TokenBlock>> encode(List<Prompt> prompts) throws IOException;
}
