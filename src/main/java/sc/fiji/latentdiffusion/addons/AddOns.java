/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import sc.fiji.latentdiffusion.plugins.Plugins;

/**
 * The add-ons of a request, as users write them.
 *
 * @param texts a list of entries for the key of each kind, in the order of macros; empty for none
 */
public record AddOns(Map<String, String> texts) {

  private static final List<AddOn> ALL =
      Plugins.of(AddOn.class).stream()
          .sorted(Comparator.comparingDouble(entry -> -entry.annotation().priority()))
          .map(Plugins.Entry::instance)
          .toList();

  /** No add-on. */
  public static final AddOns NONE = new AddOns(Map.of());

  /**
   * Checks the texts.
   *
   * @param texts by key; a kind that is missing has none
   * @throws IllegalArgumentException naming the key, the expected form and the text, or the known
   *     keys if one is unknown
   */
  public AddOns {
    Map<String, String> known = new LinkedHashMap<>();
    for (AddOn addOn : ALL) {
      String text = texts.get(addOn.kind().key());
      known.put(addOn.kind().key(), text == null ? "" : text.trim());
    }
    for (String key : texts.keySet()) {
      if (!known.containsKey(key)) throw unknown(key);
    }
    ALL.forEach(addOn -> addOn.kind().entries(known.get(addOn.kind().key())));
    texts = Collections.unmodifiableMap(known);
  }

  /**
   * Asks for the text of every kind.
   *
   * @param textOf gives the text of a key; null or empty for none
   * @throws IllegalArgumentException as the constructor
   */
  public static AddOns of(UnaryOperator<String> textOf) {
    Map<String, String> texts = new LinkedHashMap<>();
    keys().forEach(key -> texts.put(key, textOf.apply(key)));
    return new AddOns(texts);
  }

  /** Returns all kinds, in the order of macros. */
  public static List<Kind> kinds() {
    return ALL.stream().map(AddOn::kind).toList();
  }

  /** Returns the keys of all kinds, in the order of macros. */
  public static List<String> keys() {
    return kinds().stream().map(Kind::key).toList();
  }

  /**
   * Returns a copy with another text of one kind.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public AddOns with(String key, String text) {
    Map<String, String> changed = new LinkedHashMap<>(texts);
    changed.put(key, text);
    return new AddOns(changed);
  }

  /**
   * Returns the entries of one kind, in their order.
   *
   * @throws IllegalArgumentException if no kind has this key
   */
  public List<Entry> entries(String key) {
    return kinds().stream()
        .filter(kind -> kind.key().equals(key))
        .findFirst()
        .orElseThrow(() -> unknown(key))
        .entries(texts.get(key));
  }

  /**
   * Finds the files of all add-ons.
   *
   * @param modelsFolder in whose folders names are looked up; need not exist
   * @return the add-ons; no network is loaded
   * @throws IllegalArgumentException if entries contradict each other, for example name one file
   *     twice
   * @throws IOException if a file is missing or not valid
   */
  public Added find(Path modelsFolder) throws IOException {
    List<Added> kinds = new ArrayList<>();
    for (AddOn addOn : ALL) {
      kinds.add(addOn.find(entries(addOn.kind().key()), modelsFolder));
    }
    return new AddedTogether(kinds);
  }

  /**
   * Returns the words that prompts may use with these add-ons, beside those that the model knows.
   *
   * @param modelsFolder in whose folders names are looked up; need not exist
   * @return the words or phrases; empty if a file does not say which
   * @throws IOException if a file is missing or not valid
   */
  public Optional<List<String>> words(Path modelsFolder) throws IOException {
    List<String> all = new ArrayList<>();
    for (AddOn addOn : ALL) {
      Optional<List<String>> words = addOn.words(entries(addOn.kind().key()), modelsFolder);
      if (words.isEmpty()) return Optional.empty();
      all.addAll(words.get());
    }
    return Optional.of(all);
  }

  /**
   * Returns how many numbers the networks hold that run beside the model's own.
   *
   * @param modelsFolder in whose folders names are looked up; need not exist
   * @throws IOException if a file is missing or not valid
   */
  public double parameters(Path modelsFolder) throws IOException {
    double parameters = 0;
    for (AddOn addOn : ALL) {
      parameters += addOn.parameters(entries(addOn.kind().key()), modelsFolder);
    }
    return parameters;
  }

  /**
   * Returns the contents of a file or folder, if it is an add-on that can be shown as a model can.
   *
   * @param name or path
   * @param modelsFolder in whose folders names are looked up; need not exist
   * @throws IOException if it is one and is not valid
   */
  public static Optional<Contents> contents(String name, Path modelsFolder) throws IOException {
    for (AddOn addOn : ALL) {
      Optional<Contents> contents = addOn.contents(name, modelsFolder);
      if (contents.isPresent()) return contents;
    }
    return Optional.empty();
  }

  /** Takes each entry that names an image, with its kind, in the order of macros. */
  public void forEachImage(BiConsumer<Kind, Entry> consumer) {
    for (AddOn addOn : ALL) {
      Kind kind = addOn.kind();
      if (!kind.syntax().has(ListSyntax.Part.IMAGE)) continue;
      entries(kind.key()).forEach(entry -> consumer.accept(kind, entry));
    }
  }

  private static IllegalArgumentException unknown(String key) {
    return new IllegalArgumentException(
        "Unknown add-on '" + key + "'; expected one of " + String.join(", ", keys()) + ".");
  }
}
