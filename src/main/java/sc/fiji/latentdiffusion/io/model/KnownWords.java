/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The pictures that a model makes and the words that it was trained with, if they are few. The file
 * {@value #FILE} among the model's settings lists them: {@code pictures}, a text; {@code words}, an
 * object with a list of words or phrases for each group; {@code others}, a list of words that are
 * known, too, but need no mention.
 *
 * @param pictures describes the pictures, for example {@code drawn fluorescence microscopy}
 * @param groups the words to choose from, by the name of their group, in the order of the file
 * @param others words that are known, too
 */
public record KnownWords(String pictures, Map<String, List<String>> groups, List<String> others) {

  /** The file's name. */
  public static final String FILE = "known_words.json";

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}']+");

  /**
   * Reads the file in a folder.
   *
   * @param folder with a model's settings; need not exist
   * @return the words; empty if the folder has no such file
   * @throws IOException if the file is not as it should be; the message names it
   */
  static Optional<KnownWords> in(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) return Optional.empty();
    Config config = Json.config(file);
    try {
      Config words = config.object("words");
      Map<String, List<String>> groups = new LinkedHashMap<>();
      words.toMap().keySet().forEach(group -> groups.put(group, words.texts(group)));
      return Optional.of(
          new KnownWords(config.text("pictures", ""), groups, config.texts("others")));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Finds the words of a text that the model was not trained with.
   *
   * @param text a prompt without brackets and weights
   * @param added words or phrases that add-ons bring
   * @return in the order of the text, each once, as they are written there
   */
  public List<String> unknown(String text, Collection<String> added) {
    Set<String> known = new LinkedHashSet<>();
    Stream.concat(
            Stream.concat(groups.values().stream().flatMap(List::stream), others.stream()),
            added.stream())
        .forEach(phrase -> words(phrase).forEach(word -> known.add(lower(word))));
    List<String> unknown = new ArrayList<>();
    for (String word : words(text)) {
      if (known.add(lower(word))) unknown.add(word);
    }
    return List.copyOf(unknown);
  }

  private static List<String> words(String text) {
    return BETWEEN_WORDS.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  /** Returns whether it knows no words at all: every prompt is as good as the empty one. */
  public boolean isEmpty() {
    return groups.values().stream().allMatch(List::isEmpty) && others.isEmpty();
  }

  /** Returns the words of the first group, and the names of the others. */
  public String summary() {
    List<String> names = new ArrayList<>(groups.keySet());
    if (names.isEmpty()) return "no words";
    String first = String.join(", ", groups.get(names.get(0)));
    String rest = String.join(", ", names.subList(1, names.size()));
    return rest.isEmpty() ? first : first + "; " + rest;
  }
}
