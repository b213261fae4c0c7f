/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds words in texts, without regard to case. If two words have one name, the first is found.
 *
 * @param <T> a word
 */
final class WordNames<T> {

  private static final String IN_WORD = "[\\p{L}\\p{N}_]";

  /**
   * A part of a text.
   *
   * @param text without such a word; may be empty
   * @param word that follows it, or null
   */
  record Part<T>(String text, T word) {}

  private final Map<String, T> byName = new LinkedHashMap<>();
  private final Pattern any;

  /**
   * @param words each with its names
   */
  WordNames(Map<T, List<String>> words) {
    words.forEach((word, names) -> names.forEach(n -> byName.putIfAbsent(folded(n), word)));
    any = pattern();
  }

  /** As a pattern compares without regard to case. */
  private static String folded(String text) {
    int[] points = text.codePoints().map(Character::toUpperCase).toArray();
    for (int i = 0; i < points.length; i++) points[i] = Character.toLowerCase(points[i]);
    return new String(points, 0, points.length);
  }

  /**
   * Takes a text apart.
   *
   * @return its parts in order, the last of them without a word
   */
  List<Part<T>> parts(String text) {
    if (byName.isEmpty()) return List.of(new Part<>(text, null));
    List<Part<T>> parts = new ArrayList<>();
    Matcher matcher = any.matcher(text);
    int at = 0;
    while (matcher.find()) {
      T word = byName.get(folded(matcher.group()));
      parts.add(new Part<>(text.substring(at, matcher.start()), word));
      at = matcher.end();
    }
    parts.add(new Part<>(text.substring(at), null));
    return parts;
  }

  /** The longest word first; one that ends in a letter must not go on with one. */
  private Pattern pattern() {
    String alternatives =
        byName.keySet().stream()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(WordNames::bounded)
            .collect(Collectors.joining("|"));
    return Pattern.compile(alternatives, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  private static String bounded(String word) {
    String first = word.substring(0, 1);
    String last = word.substring(word.length() - 1);
    return (first.matches(IN_WORD) ? "(?<!" + IN_WORD + ")" : "")
        + Pattern.quote(word)
        + (last.matches(IN_WORD) ? "(?!" + IN_WORD + ")" : "");
  }
}
