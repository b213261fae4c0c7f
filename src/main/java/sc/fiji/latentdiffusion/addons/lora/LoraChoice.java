package sc.fiji.latentdiffusion.addons.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import sc.fiji.latentdiffusion.addons.ListSyntax;

/**
 * A LoRA as a user chooses it. In a text, choices stand with commas between them, each a name or
 * path that a colon and a weight may follow: {@code cells:0.8, C:\loras\ink.safetensors}. What
 * follows the last colon is a weight if it is a number. A name with a comma, or with a colon and a
 * number at its end, stands in quotes, single or double: {@code "ink, v:2":0.8}.
 *
 * @param name of a file in the folder of LoRAs, or a path
 * @param weight 0 for none of it, 1 as it was trained; any finite number
 */
public record LoraChoice(String name, double weight) {

  private static final ListSyntax SYNTAX =
      new ListSyntax(
          "lora",
          "names or paths with commas between them, each with or without a colon and a weight"
              + " (cells:0.8, other), a name with a comma in quotes",
          ListSyntax.name("[^\\s,\"'][^,]*?") + "\\s*(?::\\s*(" + ListSyntax.NUMBER + "))?");

  /**
   * Reads a text.
   *
   * @param text choices with commas between them, or empty for none
   * @return the choices in their order
   * @throws IllegalArgumentException if it is not of that form, a weight is not finite, or a name
   *     stands twice
   */
  public static List<LoraChoice> parse(String text) {
    List<LoraChoice> choices = new ArrayList<>();
    for (MatchResult entry : SYNTAX.entries(text)) {
      String name = ListSyntax.name(entry, 1);
      if (choices.stream().anyMatch(other -> other.name().equals(name))) throw twice(name);
      choices.add(new LoraChoice(name, ListSyntax.weight("the LoRA " + name, entry.group(4))));
    }
    return List.copyOf(choices);
  }

  /** The message for a LoRA that is chosen more than once. */
  public static IllegalArgumentException twice(String name) {
    return new IllegalArgumentException(
        "lora must name each LoRA once, but names "
            + name
            + " twice. Give it once, with the sum of the weights.");
  }
}
