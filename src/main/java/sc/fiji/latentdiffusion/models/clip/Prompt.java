package sc.fiji.latentdiffusion.models.clip;

import java.util.List;
import java.util.Objects;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversion;

/**
 * A text and how it is to be read.
 *
 * @param text what should be seen, or what should not; may be empty
 * @param weighting whether brackets and BREAK in the text have a meaning, see {@link PromptSyntax}
 * @param clipSkip at which layer of the text encoder, counted from the last, its state is taken: 1
 *     the last that the family uses, 2 the one before it, …, as in the web UI of AUTOMATIC1111
 * @param inversions whose words the text may name
 */
public record Prompt(
    String text, boolean weighting, int clipSkip, List<TextualInversion> inversions) {

  /** Checks the values. */
  public Prompt {
    Objects.requireNonNull(text, "expected a text; give an empty one for no prompt");
    inversions = List.copyOf(inversions);
    if (clipSkip < 1) {
      throw new IllegalArgumentException("clipskip must be at least 1, but is " + clipSkip + ".");
    }
  }

  /** A text without textual inversions. */
  public Prompt(String text, boolean weighting, int clipSkip) {
    this(text, weighting, clipSkip, List.of());
  }

  /** Returns the same text, in which words may be named that were learned. */
  public Prompt with(List<TextualInversion> learned) {
    return new Prompt(text, weighting, clipSkip, learned);
  }

  /** Returns a text in which no character has a meaning beyond itself. */
  public static Prompt plain(String text) {
    return new Prompt(text, false, 1);
  }

  /** Returns its pieces, each with a weight. */
  List<PromptSyntax.Piece> pieces() {
    return weighting ? PromptSyntax.parse(text) : List.of(new PromptSyntax.Piece(text, 1, false));
  }

  /** Returns whether there is nothing in it. */
  public boolean isEmpty() {
    return text.isBlank();
  }
}
