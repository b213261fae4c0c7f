package sc.fiji.latentdiffusion.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern CHOICE =
      Pattern.compile(
          "\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s,\"'][^,]*?))\\s*(?::\\s*("
              + "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[+-]?(?i:nan|inf|infinity)"
              + "))?\\s*(,|$)");

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
    Matcher matcher = CHOICE.matcher(text);
    int at = 0;
    while (!text.isBlank() && at <= text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw malformed(text.substring(at), text);
      }
      add(choice(matcher), choices);
      at = matcher.group(5).isEmpty() ? text.length() + 1 : matcher.end();
    }
    return List.copyOf(choices);
  }

  private static LoraChoice choice(Matcher matcher) {
    String quoted = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    String name = quoted != null ? quoted : matcher.group(3);
    return new LoraChoice(name, matcher.group(4) == null ? 1 : weight(name, matcher.group(4)));
  }

  private static double weight(String name, String text) {
    double weight = text.matches("[+-]?[A-Za-z]+") ? Double.NaN : Double.parseDouble(text);
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException(
          "The weight of the LoRA "
              + name
              + " must be a finite number, for example 0.8, but is "
              + text
              + ".");
    }
    return weight;
  }

  private static void add(LoraChoice choice, List<LoraChoice> choices) {
    if (choice.name().isBlank()) {
      throw malformed("\"\"", "a LoRA without a name");
    }
    if (choices.stream().anyMatch(other -> other.name().equals(choice.name()))) {
      throw twice(choice.name());
    }
    choices.add(choice);
  }

  /** The message for a LoRA that is chosen more than once. */
  static IllegalArgumentException twice(String name) {
    return new IllegalArgumentException(
        "lora must name each LoRA once, but names "
            + name
            + " twice. Give it once, with the sum of the weights.");
  }

  private static IllegalArgumentException malformed(String at, String text) {
    return new IllegalArgumentException(
        "lora must be names or paths with commas between them, each with or without a colon and a"
            + " weight (cells:0.8, other), a name with a comma in quotes, but at \""
            + at
            + "\" it is not: "
            + text);
  }
}
