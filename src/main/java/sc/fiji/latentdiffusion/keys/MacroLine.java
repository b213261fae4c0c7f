/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the options of a macro's {@code run("Label...", "key=value key=value")} in a form in which
 * {@code ij.Macro.getValue(options, key, "")} finds every value again.
 *
 * <p>A value that is empty or holds anything but letters, digits and {@code . _ - + / : ,} stands
 * in square brackets. ImageJ ends it at the bracket that balances the first, and searches keys in
 * the whole string, so characters that would confuse it are written as character references of
 * HTML, {@code &#91;}: brackets where they do not balance, and the equals sign where it makes a
 * later key of the text. {@link #decode} gives the text back; a command applies it to every text
 * that it reads.
 */
public final class MacroLine {

  private static final Pattern REFERENCE = Pattern.compile("&#(\\d{1,7});");

  private MacroLine() {}

  /**
   * The whole macro line.
   *
   * @param label the command's label, "Text to Image..."
   * @param values the keys in their order with their values
   * @return {@code run("label", "options");}
   */
  public static String run(String label, Map<String, ?> values) {
    return "run(\"" + literal(label) + "\", \"" + literal(options(values)) + "\");";
  }

  /** The options {@code key=value key=value …} in the order of the map, not yet a literal. */
  public static String options(Map<String, ?> values) {
    StringJoiner options = new StringJoiner(" ");
    List<String> later = new ArrayList<>(values.keySet());
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      later.remove(entry.getKey());
      options.add(entry.getKey() + "=" + quote(encode(text(entry.getValue()), later)));
    }
    return options.toString();
  }

  /** The text as it stands in a recorded option, with nothing that ends it early. */
  private static String encode(String text, List<String> laterKeys) {
    String encoded = text.replace("&#", reference('&') + "#");
    if (!balanced(encoded)) {
      encoded = encoded.replace("[", reference('[')).replace("]", reference(']'));
    }
    boolean captures = laterKeys.stream().map(key -> key + "=").anyMatch(text::contains);
    return captures ? encoded.replace("=", reference('=')) : encoded;
  }

  private static String reference(int codePoint) {
    return "&#" + codePoint + ";";
  }

  /** Turns a value, as a macro or a recorder holds it, back into the text that was meant. */
  public static String decode(String value) {
    return REFERENCE.matcher(value).replaceAll(match -> Matcher.quoteReplacement(character(match)));
  }

  private static String character(MatchResult match) {
    int codePoint = Integer.parseInt(match.group(1));
    return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : match.group();
  }

  private static boolean balanced(String text) {
    int open = 0;
    for (char c : text.toCharArray()) {
      open += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (open < 0) {
        return false;
      }
    }
    return open == 0;
  }

  private static String quote(String value) {
    return value.matches("[\\p{L}\\p{N}._+/:,-]+") ? value : "[" + value + "]";
  }

  /** A value as macros hold it: a double without a fraction as an integer, 7 for 7.0. */
  public static String text(Object value) {
    String text = String.valueOf(value);
    return value instanceof Double && text.endsWith(".0")
        ? text.substring(0, text.length() - 2)
        : text;
  }

  /** The text as it stands between the quotes of the macro language. */
  private static String literal(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }
}
