/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.kinds.ForeignFormat;

/**
 * Reader of safetensors files: eight bytes with the header's length (little endian), the header in
 * JSON, then the tensors' bytes without gaps. Only the header is read here, and it is checked
 * against the file's length, as strictly as the reference implementation does.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafeTensors {

  /** The longest header in bytes, as in the reference implementation. */
  static final long LONGEST_HEADER = 100_000_000;

  /** The size of the number before the header. */
  public static final int LENGTH_BYTES = 8;

  /** Bytes that are read first; they tell what a file is that holds no tensors. */
  private static final int BEGIN = 64;

  private SafeTensors() {}

  /**
   * Reads and checks a file's header.
   *
   * @param file a safetensors file, on disk or in an archive's file system
   * @return the tensors by name, in the order in which they lie in the file, not to be changed
   * @throws IOException if the file is missing, truncated or not right in any other way; the
   *     message names the file, the tensor, what was expected, what was found and what to do
   */
  public static Map<String, StoredTensor> read(Path file) throws IOException {
    return open(file).tensors();
  }

  /** Reads and checks a file's header: the tensors and the metadata. */
  static TensorFile open(Path file) throws IOException {
    try (InputStream in = FileBytes.stream(file)) {
      long size = Files.size(file);
      ByteBuffer begin = read(in, file, ByteBuffer.allocate((int) Math.min(BEGIN, size)));
      int length = headerLength(begin, file, size);
      ByteBuffer all = ByteBuffer.allocate(Math.max(LENGTH_BYTES + length, begin.remaining()));
      read(in, file, all.put(begin));
      String json = text(all.slice(LENGTH_BYTES, length), file);
      return new SafeTensorsHeader(file, LENGTH_BYTES + length, size).parse(json);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; copy or download the model again", e);
    }
  }

  /**
   * Reads a file's metadata: the texts of its header's {@code __metadata__}.
   *
   * @param file a safetensors file
   * @return texts by key; empty if the file says nothing
   * @throws IOException if the file is not valid
   */
  public static Map<String, String> metadata(Path file) throws IOException {
    return open(file).metadata();
  }

  /**
   * Reads the length of the header, which the first {@value #LENGTH_BYTES} bytes give.
   *
   * @param begin the file's first bytes, all {@value #LENGTH_BYTES} or more; its position stays
   * @param file the file's name, for messages
   * @param size of the file in bytes
   * @return the header's length in bytes
   * @throws IOException if the file is too short, or is not a safetensors file
   */
  public static int headerLength(ByteBuffer begin, Path file, long size) throws IOException {
    Optional<IOException> foreign = ForeignFormat.refusal(begin, file);
    if (foreign.isPresent() && !isHeader(begin, size)) throw foreign.get();
    if (size < LENGTH_BYTES) {
      String found = size == 0 ? " is empty" : " is truncated: it has " + size + " bytes";
      throw new EOFException(file + found + "; copy or download it again");
    }
    long length = begin.order(ByteOrder.LITTLE_ENDIAN).getLong(begin.position());
    if (length < 0 || length > LONGEST_HEADER) throw notSafeTensors(file, length);
    if (length > size - LENGTH_BYTES) {
      throw new EOFException(
          file
              + " is truncated within its header: expected "
              + (LENGTH_BYTES + length)
              + " bytes and more, found "
              + size
              + "; copy or download it again");
    }
    return (int) length;
  }

  /** Whether a length that fits comes before a brace: so a length may be spelled like anything. */
  private static boolean isHeader(ByteBuffer begin, long size) {
    if (begin.remaining() < LENGTH_BYTES) return false;
    long length = begin.order(ByteOrder.LITTLE_ENDIAN).getLong(begin.position());
    boolean fits = length > 0 && length <= Math.min(LONGEST_HEADER, size - LENGTH_BYTES);
    boolean isLengthAlone = begin.remaining() == LENGTH_BYTES;
    return fits && (isLengthAlone || begin.get(begin.position() + LENGTH_BYTES) == '{');
  }

  private static IOException notSafeTensors(Path file, long length) {
    return new IOException(
        file
            + " is not a safetensors file: its first 8 bytes give a header of "
            + Long.toUnsignedString(length)
            + " bytes, expected at most "
            + LONGEST_HEADER
            + "; copy or download it again");
  }

  /** Fills a buffer and turns it over. */
  private static ByteBuffer read(InputStream in, Path file, ByteBuffer bytes) throws IOException {
    int count = in.readNBytes(bytes.array(), bytes.position(), bytes.remaining());
    if (count < bytes.remaining()) throw new EOFException(file + " is truncated; copy it again");
    return bytes.position(bytes.limit()).flip();
  }

  private static String text(ByteBuffer header, Path file) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(header).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(
          file
              + " has a header that is not text in UTF-8, so it is damaged or not a safetensors"
              + " file; copy or download it again",
          e);
    }
  }
}
