/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.plugins.Spelling;

/**
 * Reads the options of {@code run("…", "key=value key=[a value] key")}.
 *
 * <p>Agrees with {@code ij.Macro.getValue}, but reads from left to right, where a key's name within
 * a text is no key; a key alone is {@code true}, as ImageJ's own dialogs record booleans; and what
 * ImageJ would silently skip, other text and a key's second value, is an error.
 */
public final class MacroOptions {

  private final String options;
  private int at;

  private MacroOptions(String options) {
    this.options = options;
  }

  /**
   * The values by key.
   *
   * @param options as a macro gives them
   * @param keys the known ones
   * @throws IllegalArgumentException if there is another, or one twice, or a bracket is not closed
   */
  public static Map<String, String> parse(String options, Collection<String> keys) {
    MacroOptions rest = new MacroOptions(options);
    Map<String, String> values = new LinkedHashMap<>();
    while (rest.skipSpaces()) {
      String key = rest.key();
      if (!keys.contains(key)) {
        throw unknown(key, keys);
      }
      if (values.put(key, rest.value(key)) != null) {
        throw new IllegalArgumentException(
            key + " is given twice. Leave one of them out: " + options.strip());
      }
    }
    return values;
  }

  private static IllegalArgumentException unknown(String key, Collection<String> keys) {
    return new IllegalArgumentException(
        String.format(
            "There is no key \"%s\"; the nearest is %s. Expected options of the form key=value"
                + " with the keys %s. A text with spaces stands in square brackets: prompt=[green"
                + " nuclei].",
            key, Spelling.nearestFirst(key, keys).get(0), String.join(", ", keys)));
  }

  private boolean skipSpaces() {
    while (at < options.length() && options.charAt(at) == ' ') {
      at++;
    }
    return at < options.length();
  }

  private String key() {
    int start = at;
    while (at < options.length() && " =".indexOf(options.charAt(at)) < 0) {
      at++;
    }
    return options.substring(start, at).toLowerCase(java.util.Locale.ROOT);
  }

  private String value(String key) {
    if (at == options.length() || options.charAt(at) != '=') {
      return "true";
    }
    at++;
    char first = at < options.length() ? options.charAt(at) : ' ';
    return switch (first) {
      case '[' -> within(key, closingBracket());
      case '\'' -> within(key, options.indexOf('\'', at + 1));
      default -> bare();
    };
  }

  private String within(String key, int end) {
    if (end < 0) {
      throw new IllegalArgumentException(
          "The value of "
              + key
              + " must be closed, but there is no end to "
              + options.substring(at));
    }
    String value = options.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private String bare() {
    int space = options.indexOf(' ', at);
    int end = space < 0 ? options.length() : space;
    String value = options.substring(at, end);
    at = end;
    return value;
  }

  private int closingBracket() {
    int open = 0;
    for (int i = at; i < options.length(); i++) {
      char c = options.charAt(i);
      open += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    return -1;
  }
}
