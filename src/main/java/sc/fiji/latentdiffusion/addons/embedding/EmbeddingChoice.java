package sc.fiji.latentdiffusion.addons.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import sc.fiji.latentdiffusion.addons.ListSyntax;

/**
 * A textual inversion as a user chooses it. In a text, choices stand with commas between them, each
 * a name or path; one with a comma stands in quotes, single or double.
 *
 * @param name of a file in the folder of embeddings, or a path
 */
public record EmbeddingChoice(String name) {

  private static final ListSyntax SYNTAX =
      new ListSyntax(
          "embeddings",
          "names or paths of textual inversions with commas between them (ink, C:\\bad-hands.pt),"
              + " a name with a comma in quotes",
          ListSyntax.name("[^\\s,\"'][^,]*?"));

  /**
   * Reads a text.
   *
   * @param text choices with commas between them, or empty for none
   * @return the choices in their order
   * @throws IllegalArgumentException if it is not of that form, or a name stands twice
   */
  public static List<EmbeddingChoice> parse(String text) {
    List<EmbeddingChoice> choices = new ArrayList<>();
    for (MatchResult entry : SYNTAX.entries(text)) {
      EmbeddingChoice choice = new EmbeddingChoice(ListSyntax.name(entry, 1));
      if (choices.contains(choice)) throw twice(choice.name());
      choices.add(choice);
    }
    return List.copyOf(choices);
  }

  /** The message for a textual inversion that is chosen more than once. */
  public static IllegalArgumentException twice(String name) {
    return new IllegalArgumentException(
        "embeddings must name each textual inversion once, but names " + name + " twice.");
  }
}
