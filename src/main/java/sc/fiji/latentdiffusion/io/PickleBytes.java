/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import sc.fiji.latentdiffusion.io.files.FileBytes;

/** The bytes of pickles in a file, read one after the other, a window at a time. */
final class PickleBytes {

  private static final int WINDOW = 1 << 16;

  /** The longest line: a name of a module or of what it holds. */
  private static final int LONGEST_LINE = 1000;

  private final FileBytes file;
  private final long start;
  private final long end;
  private long windowEnd;
  private ByteBuffer window = ByteBuffer.allocate(0);

  /**
   * Bytes of a file.
   *
   * @param start of the first
   * @param end behind the last
   */
  PickleBytes(FileBytes file, long start, long end) {
    this.file = file;
    this.start = start;
    this.windowEnd = start;
    this.end = end;
  }

  /** Returns how many bytes lie before the next one. */
  long position() {
    return windowEnd - window.remaining() - start;
  }

  /** Returns the next byte, 0…255. */
  int next() throws IOException {
    if (!window.hasRemaining()) fill();
    return window.get() & 0xFF;
  }

  private void fill() throws IOException {
    int length = (int) Math.min(WINDOW, end - windowEnd);
    if (length <= 0) throw endsEarly();
    window = file.bytes(windowEnd, length);
    windowEnd += length;
  }

  private static EOFException endsEarly() {
    return new EOFException("the pickle ends too early");
  }

  /** Returns the next bytes as a whole number, little endian. */
  long whole(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) value |= (long) next() << 8 * i;
    return value;
  }

  /** Returns the next eight bytes as a number, big endian. */
  double number() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(whole(Long.BYTES)));
  }

  /** Returns the next bytes. */
  ByteBuffer raw(long length) throws IOException {
    if (length < 0 || length > end - start - position()) throw endsEarly();
    ByteBuffer raw = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    while (raw.hasRemaining()) {
      if (!window.hasRemaining()) fill();
      int part = Math.min(raw.remaining(), window.remaining());
      raw.put(window.slice(window.position(), part));
      window.position(window.position() + part);
    }
    return raw.flip();
  }

  /** Returns the next bytes as a text. */
  String text(long length) throws IOException {
    return new String(raw(length).array(), StandardCharsets.UTF_8);
  }

  /** Returns the text up to the end of the line. */
  String line() throws IOException {
    ByteBuffer line = ByteBuffer.allocate(LONGEST_LINE);
    for (int b = next(); b != '\n'; b = next()) {
      if (!line.hasRemaining()) {
        throw new IOException("the pickle has a name of more than " + LONGEST_LINE + " bytes");
      }
      line.put((byte) b);
    }
    return new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
  }
}
