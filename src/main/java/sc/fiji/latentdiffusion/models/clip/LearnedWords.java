package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.LearnedWord;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The learned words of one tokenizer and its text encoder. Their tokens are numbered from the
 * vocabulary's end on, in the words' order, one for each vector.
 */
public final class LearnedWords {

  /** No words. */
  public static final LearnedWords NONE = new LearnedWords(List.of(), 0, 0, 0);

  private static final String IN_WORD = "[\\p{L}\\p{N}_]";

  /**
   * A word.
   *
   * @param text its main name
   * @param first id of its tokens
   * @param vectors of its tokens
   */
  record Word(String text, int first, StoredTensor vectors) {

    int count() {
      return LearnedWord.count(vectors);
    }

    /** The names of its tokens in diffusers: word, word_1, word_2, …. */
    String token(int index) {
      return index == 0 ? text : text + "_" + index;
    }
  }

  /**
   * A part of a text.
   *
   * @param text without such a word; may be empty
   * @param word that follows it, or null
   */
  record Part(String text, Word word) {}

  private final List<Word> words = new ArrayList<>();
  private final Map<String, Word> byText = new LinkedHashMap<>();
  private final Pattern any;
  private final int width;

  /**
   * The words that have vectors for a text encoder.
   *
   * @param learned words in their order
   * @param index of the text encoder among those of the family, from 0
   * @param width of its embeddings
   * @param vocabulary how many tokens it knows
   */
  public LearnedWords(List<LearnedWord> learned, int index, int width, int vocabulary) {
    this.width = width;
    int next = vocabulary;
    for (LearnedWord one : learned) {
      StoredTensor vectors = one.vectors(index, width).orElse(null);
      if (vectors == null) continue;
      List<String> names = one.names();
      Word word = new Word(names.get(0), next, vectors);
      words.add(word);
      names.forEach(name -> byText.putIfAbsent(folded(name), word));
      next += word.count();
    }
    any = pattern();
  }

  /** As a pattern compares without regard to case. */
  private static String folded(String text) {
    int[] points = text.codePoints().map(Character::toUpperCase).toArray();
    for (int i = 0; i < points.length; i++) points[i] = Character.toLowerCase(points[i]);
    return new String(points, 0, points.length);
  }

  /** The longest word first; one that ends in a letter must not go on with one. */
  private Pattern pattern() {
    String alternatives =
        byText.keySet().stream()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(LearnedWords::bounded)
            .collect(Collectors.joining("|"));
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    return byText.isEmpty() ? null : Pattern.compile(alternatives, flags);
  }

  private static String bounded(String word) {
    String first = word.substring(0, 1);
    String last = word.substring(word.length() - 1);
    return (first.matches(IN_WORD) ? "(?<!" + IN_WORD + ")" : "")
        + Pattern.quote(word)
        + (last.matches(IN_WORD) ? "(?!" + IN_WORD + ")" : "");
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return words.isEmpty();
  }

  /**
   * Takes a text apart.
   *
   * @return its parts in order, the last of them without a word
   */
  List<Part> parts(String text) {
    if (isEmpty()) return List.of(new Part(text, null));
    List<Part> parts = new ArrayList<>();
    Matcher matcher = any.matcher(text);
    int at = 0;
    while (matcher.find()) {
      parts.add(new Part(text.substring(at, matcher.start()), byText.get(folded(matcher.group()))));
      at = matcher.end();
    }
    parts.add(new Part(text.substring(at), null));
    return parts;
  }

  /**
   * Reads all vectors.
   *
   * @param owner owns the result
   * @return {@code [tokens, width]}, float32, in the order of their ids
   * @throws UncheckedIOException if a file can't be read any more
   */
  NDArray vectors(Kernels kernels, NDManager owner) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    words.forEach(word -> tensors.put(String.valueOf(word.first()), word.vectors()));
    try (TensorStore store = new TensorStore(tensors, owner, kernels, Precision.FLOAT32)) {
      NDList rows = new NDList();
      for (Word word : words) {
        String name = String.valueOf(word.first());
        rows.add(Weights.of(store).tensor(name, word.count(), width));
      }
      return kernels.tensors().copy(owner, NDArrays.concat(rows));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
