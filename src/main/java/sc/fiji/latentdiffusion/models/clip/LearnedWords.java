/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
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

  private final List<Word> words;
  private final WordNames<Word> names;
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
    Map<Word, List<String>> named = new LinkedHashMap<>();
    int next = vocabulary;
    for (LearnedWord one : learned) {
      StoredTensor vectors = one.vectors(index, width).orElse(null);
      if (vectors == null) continue;
      Word word = new Word(one.names().get(0), next, vectors);
      named.put(word, one.names());
      next += word.count();
    }
    words = List.copyOf(named.keySet());
    names = new WordNames<>(named);
  }

  /**
   * Finds learned words in a text.
   *
   * @param learned words in their order
   * @return those that the text names
   */
  static Set<LearnedWord> named(List<LearnedWord> learned, String text) {
    Map<LearnedWord, List<String>> named = new LinkedHashMap<>();
    learned.forEach(word -> named.put(word, word.names()));
    return new WordNames<>(named)
        .parts(text).stream()
            .map(WordNames.Part::word)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
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
  List<WordNames.Part<Word>> parts(String text) {
    return names.parts(text);
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
