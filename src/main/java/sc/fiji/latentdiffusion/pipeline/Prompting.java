package sc.fiji.latentdiffusion.pipeline;

import sc.fiji.latentdiffusion.models.prompts.Prompt;

/**
 * The prompts, and how they are read.
 *
 * @param prompt the things that should be seen
 * @param negative the things that should not be seen
 * @param clipSkip the layer of the text encoder, counted from the last that the family uses, whose
 *     state is taken; 1 for the last
 * @param weighting whether brackets weight words, {@code (word:1.2)}, {@code ((word))}, {@code
 *     [word]}, and BREAK begins a new block of tokens
 */
public record Prompting(String prompt, String negative, int clipSkip, boolean weighting) {

  /** No words; brackets weight, and no layer is skipped. */
  public static final Prompting DEFAULT = new Prompting("", "", 1, true);

  /** The largest number of layers from the last. */
  public static final int MAX_CLIP_SKIP = 12;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Prompting {
    prompt = prompt == null ? "" : prompt;
    negative = negative == null ? "" : negative;
    Request.check(
        clipSkip >= 1 && clipSkip <= MAX_CLIP_SKIP,
        "clipskip",
        "1 (the text encoder's last layer) … " + MAX_CLIP_SKIP,
        clipSkip);
  }

  /** Returns a copy with other texts, read in the same way. */
  public Prompting withTexts(String wanted, String unwanted) {
    return new Prompting(wanted, unwanted, clipSkip, weighting);
  }

  /** Returns a copy of the same texts, read in another way. */
  public Prompting withReading(int skip, boolean weights) {
    return new Prompting(prompt, negative, skip, weights);
  }

  /** Returns whether either text has words. */
  public boolean hasWords() {
    return !prompt.isBlank() || !negative.isBlank();
  }

  /** Returns a text that is read in this way. */
  public Prompt of(String text) {
    return new Prompt(text, weighting, clipSkip);
  }
}
