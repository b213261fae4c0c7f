/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.util.List;
import java.util.Objects;

/**
 * A text and how it is read.
 *
 * @param text the words; may be empty
 * @param weighting whether brackets weigh words and BREAK begins a new block of tokens
 * @param clipSkip which layer of the text encoder gives the states, counted from the last layer
 *     that the family uses: 1 that layer, 2 the one before it, as in the web UI of AUTOMATIC1111
 * @param words learned words that the text may contain
 */
public record Prompt(String text, boolean weighting, int clipSkip, List<LearnedWord> words) {

  /** Checks the values. */
  public Prompt {
    Objects.requireNonNull(text, "expected a text; give an empty one for no prompt");
    words = List.copyOf(words);
    if (clipSkip < 1) {
      throw new IllegalArgumentException("clipskip must be at least 1, but is " + clipSkip + ".");
    }
  }

  /** A text without learned words. */
  public Prompt(String text, boolean weighting, int clipSkip) {
    this(text, weighting, clipSkip, List.of());
  }

  /** Returns the same text, which may contain learned words. */
  public Prompt with(List<LearnedWord> learned) {
    return new Prompt(text, weighting, clipSkip, learned);
  }

  /** Returns a text in which no character has a meaning beyond itself. */
  public static Prompt plain(String text) {
    return new Prompt(text, false, 1);
  }

  /**
   * Refuses to skip layers, of a model that has no CLIP text encoder.
   *
   * @throws IllegalArgumentException if {@link #clipSkip} is not 1
   */
  public void requireNoSkip() {
    if (clipSkip == 1) return;
    throw new IllegalArgumentException(
        "clipskip must be 1, as the model has no CLIP text encoder, but is " + clipSkip + ".");
  }

  /** Returns whether the text is blank. */
  public boolean isEmpty() {
    return text.isBlank();
  }
}
