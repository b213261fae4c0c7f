/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The numbers and texts of a GGUF file's header, one after the other, little endian. Whatever says
 * that it is longer than the file is refused before memory is taken for it.
 */
final class GgufInput {

  /** The longest text that is kept; settings and names are shorter. */
  private static final int LONGEST = 1 << 20;

  /** How deep arrays may lie in arrays. */
  private static final int DEEPEST = 4;

  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Path file;
  private final InputStream in;
  private final long size;
  private long position;

  /**
   * @param file for messages
   * @param in buffered, at the file's begin
   * @param size of the file in bytes
   */
  GgufInput(Path file, InputStream in, long size) {
    this.file = file;
    this.in = in;
    this.size = size;
  }

  /** Returns how many bytes have been read. */
  long position() {
    return position;
  }

  private ByteBuffer bytes(long count) throws IOException {
    requireLeft(count);
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) throw truncated();
    position += count;
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Checks that the file has so many bytes more. */
  private void requireLeft(long count) throws IOException {
    if (count < 0 || count > size - position) throw truncated();
  }

  private EOFException truncated() {
    return new EOFException(
        file
            + " is truncated within its header: it ends after "
            + size
            + " bytes; copy or download it again");
  }

  int integer() throws IOException {
    return bytes(4).getInt();
  }

  long number() throws IOException {
    return bytes(8).getLong();
  }

  /**
   * Reads a number of things that follow.
   *
   * @param least the bytes that each takes at least
   */
  long count(int least) throws IOException {
    long count = number();
    if (count < 0 || count > (size - position) / least) throw truncated();
    return count;
  }

  String text() throws IOException {
    long length = count(1);
    if (length > LONGEST) throw damaged("a text of " + length + " bytes is in its header");
    return StandardCharsets.UTF_8.decode(bytes(length)).toString();
  }

  /**
   * Reads a value of the settings.
   *
   * @return as text; an array of numbers in brackets, with commas; empty for an array of others,
   *     such as the words of a vocabulary
   */
  String value() throws IOException {
    return value(integer(), 0);
  }

  private String value(int type, int depth) throws IOException {
    return switch (type) {
      case 0 -> String.valueOf(bytes(1).get() & 0xFF);
      case 1 -> String.valueOf(bytes(1).get());
      case 2 -> String.valueOf(bytes(2).getShort() & 0xFFFF);
      case 3 -> String.valueOf(bytes(2).getShort());
      case 4 -> Integer.toUnsignedString(integer());
      case 5 -> String.valueOf(integer());
      case 6 -> String.valueOf(bytes(4).getFloat());
      case 7 -> String.valueOf(bytes(1).get() != 0);
      case STRING -> text();
      case ARRAY -> array(depth);
      case 10 -> Long.toUnsignedString(number());
      case 11 -> String.valueOf(number());
      case 12 -> String.valueOf(bytes(8).getDouble());
      default -> throw damaged("its header has a value of the unknown type " + type);
    };
  }

  private String array(int depth) throws IOException {
    int type = integer();
    long count = count(1);
    if (depth == DEEPEST) throw damaged("its header has arrays in arrays in arrays");
    boolean isKept = type != STRING && type != ARRAY && count <= 16;
    StringBuilder kept = new StringBuilder();
    for (long i = 0; i < count; i++) {
      String value = value(type, depth + 1);
      if (isKept) kept.append(i == 0 ? "" : ",").append(value);
    }
    return isKept ? "[" + kept + "]" : "";
  }

  IOException damaged(String what) {
    return new IOException(
        file + " is not a valid GGUF file: " + what + "; copy or download it again");
  }
}
