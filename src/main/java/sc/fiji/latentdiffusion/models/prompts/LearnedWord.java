/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.files.FileStamp;

/**
 * A word whose token embeddings were learned (textual inversion). Words of equal names and files
 * are equal.
 *
 * @param names by which a prompt may name it, the main one first
 * @param vectors {@code [tokens, width]} or {@code [width]}: those of one text encoder, or of the
 *     first and the second
 * @param stamp of the file that holds the vectors
 */
public record LearnedWord(List<String> names, List<StoredTensor> vectors, FileStamp stamp) {

  /** Keeps unmodifiable copies. */
  public LearnedWord {
    names = List.copyOf(names);
    vectors = List.copyOf(vectors);
  }

  /**
   * Returns the vectors for a text encoder; none if they are for another one.
   *
   * @param index of the text encoder among those of the family, from 0
   * @param width of its embeddings
   */
  public Optional<StoredTensor> vectors(int index, int width) {
    StoredTensor own = vectors.get(Math.min(index, vectors.size() - 1));
    return Optional.of(own).filter(tensor -> width(tensor) == width);
  }

  /** Returns how many numbers a vector has. */
  public static int width(StoredTensor vectors) {
    long[] shape = vectors.shape();
    return (int) shape[shape.length - 1];
  }

  /** Returns the number of vectors; each is a token. */
  public static int count(StoredTensor vectors) {
    long[] shape = vectors.shape();
    return shape.length == 1 ? 1 : (int) shape[0];
  }

  /**
   * Checks the numbers.
   *
   * @param source of the vectors in messages, for example "The LoRA cells.safetensors"
   * @throws IOException if one is not finite in float32, or the file can't be read
   */
  public void requireFinite(String source) throws IOException {
    for (StoredTensor tensor : vectors) {
      ByteBuffer bytes = tensor.bytes();
      for (int i = 0; i < tensor.elements(); i++) {
        double number = tensor.dtype().number(bytes, i);
        if (Math.abs(number) <= Float.MAX_VALUE) continue;
        throw new IOException(
            source
                + " holds "
                + number
                + " among its vectors (\""
                + tensor.name()
                + "\"); expected finite numbers: it is broken, choose another file.");
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearnedWord word
        && names.equals(word.names)
        && stamp.equals(word.stamp);
  }

  @Override
  public int hashCode() {
    return Objects.hash(names, stamp);
  }
}
