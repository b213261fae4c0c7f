/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The network of the component {@code words}: a table of one row a word. The first row stands for
 * no words; the hash of a word says which of the others is the word's.
 */
final class WordTable {

  /** The one tensor, {@code [rows, d]}. */
  private static final String TABLE = "table.weight";

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final ToyKernels kernels;
  private final NDArray table;
  private final int rows;
  private final int width;

  private WordTable(Weights weights) throws IOException {
    weights.requireShape(TABLE, Weights.ANY, Weights.ANY);
    rows = (int) weights.shape(TABLE)[0];
    width = (int) weights.shape(TABLE)[1];
    kernels = new ToyKernels(weights.kernels());
    table = weights.tensor(TABLE);
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors, or their headers alone
   * @throws IOException if a tensor is missing, of another shape or left over
   */
  static WordTable of(Weights weights) throws IOException {
    WordTable words = new WordTable(weights);
    weights.requireAllRead("The word table");
    return words;
  }

  /**
   * Returns how many numbers a word has, for the declaration: from headers, without a network.
   *
   * @param tensors of the component
   * @throws IOException if the table is missing
   */
  static int width(Map<String, StoredTensor> tensors) throws IOException {
    StoredTensor table = tensors.get(TABLE);
    if (table != null && table.shape().length == 2) return (int) table.shape()[1];
    throw new IOException(
        "The word table's tensor "
            + TABLE
            + (table == null ? " is missing" : " has the shape " + Arrays.toString(table.shape()))
            + "; expected [rows, numbers of a word]. Copy the model again.");
  }

  /** Returns how many numbers a word has. */
  int width() {
    return width;
  }

  /**
   * Returns the mean of a text's words.
   *
   * @param owner owns the result
   * @return {@code [1, 1, d]}, in the run's precision
   */
  NDArray mean(String text, NDManager owner) {
    try (NDArray ids = owner.create(ids(text))) {
      return kernels.meanOfRows(table, ids, owner);
    }
  }

  private long[] ids(String text) {
    long[] ids =
        BETWEEN_WORDS
            .splitAsStream(text.toLowerCase(Locale.ROOT))
            .filter(word -> !word.isEmpty())
            .mapToLong(word -> 1 + Math.floorMod(word.hashCode(), rows - 1))
            .toArray();
    return ids.length == 0 ? new long[1] : ids;
  }
}
