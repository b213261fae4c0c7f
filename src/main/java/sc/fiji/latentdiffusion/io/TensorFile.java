/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/**
 * One file of tensors in any supported format: safetensors, a file that {@code torch.save} wrote
 * ({@code .ckpt}, {@code .bin}, {@code .pt}), or GGUF, recognised by its first bytes. Nothing but
 * the names, types and places of the tensors is read, and nothing in a file is executed.
 *
 * @param tensors by name, in the file's order, not to be changed
 * @param metadata further numbers and texts of the file, for example {@code global_step}
 */
public record TensorFile(Map<String, StoredTensor> tensors, Map<String, String> metadata) {

  /** How many bytes tell: the length of a header of safetensors, and its brace. */
  static final int BEGIN = 9;

  /**
   * Reads the tensors of a file.
   *
   * @param file on disk or in an archive's file system
   * @return its tensors and metadata
   * @throws IOException if the file is missing, truncated or not right in any other way; the
   *     message names the file, what was expected, what was found and what to do
   */
  public static TensorFile read(Path file) throws IOException {
    byte[] begin = begin(file);
    for (WeightFormat format : WeightFormat.values()) {
      if (format.begins(begin)) return format.read(file);
    }
    throw new IllegalStateException("Every file begins as one of the formats.");
  }

  /** Reads the first bytes of a file, as many as there are of {@link #BEGIN}. */
  static byte[] begin(Path file) throws IOException {
    try (InputStream in = FileBytes.stream(file)) {
      return in.readNBytes(BEGIN);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; copy or download the model again", e);
    }
  }
}
