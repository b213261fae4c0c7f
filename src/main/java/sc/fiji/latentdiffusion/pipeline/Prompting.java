package sc.fiji.latentdiffusion.pipeline;

import sc.fiji.latentdiffusion.models.Prompt;

/**
 * How prompts are read.
 *
 * @param clipSkip at which layer of the text encoder, counted from the last that the family uses,
 *     its state is taken; 1 for that one
 * @param weighting whether brackets weigh words, {@code (word:1.2)}, {@code ((word))}, {@code
 *     [word]}, and BREAK begins a new block of tokens
 */
public record Prompting(int clipSkip, boolean weighting) {

  /** Brackets weigh, and no layer is left out. */
  public static final Prompting DEFAULT = new Prompting(1, true);

  /** The longest way from the last layer. */
  public static final int MAX_CLIP_SKIP = 12;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the key, what it may be and what it was
   */
  public Prompting {
    if (clipSkip < 1 || clipSkip > MAX_CLIP_SKIP) {
      throw new IllegalArgumentException(
          "clipskip must be 1 (the text encoder's last layer) … "
              + MAX_CLIP_SKIP
              + ", but is "
              + clipSkip
              + ".");
    }
  }

  /** Returns a text that is read so. */
  public Prompt of(String text) {
    return new Prompt(text, weighting, clipSkip);
  }
}
