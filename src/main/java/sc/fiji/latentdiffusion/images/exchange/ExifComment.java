/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The tag UserComment of EXIF, in which programs keep the settings of JPEG files. */
final class ExifComment {

  private static final int EXIF_DIRECTORY = 0x8769;
  private static final int USER_COMMENT = 0x9286;
  private static final int ENTRY = 12;
  private static final int CODE = 8;

  private ExifComment() {}

  /**
   * Reads the comment.
   *
   * @param data holds a TIFF header and its directories
   * @param from where the header begins
   * @return nothing if there is none, or the data are cut off or of another form
   */
  static Optional<String> of(byte[] data, int from) {
    try {
      ByteBuffer tiff = ByteBuffer.wrap(data, from, data.length - from).slice();
      tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      if (tiff.getShort(2) != 42) return Optional.empty();
      Optional<Integer> directory = entry(tiff, tiff.getInt(4), EXIF_DIRECTORY);
      if (directory.isEmpty()) return Optional.empty();
      int inner = tiff.getInt(directory.get() + 8);
      return entry(tiff, inner, USER_COMMENT).map(at -> text(tiff, at));
    } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns where the entry of a tag begins. */
  private static Optional<Integer> entry(ByteBuffer tiff, int directory, int tag) {
    int count = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < count; i++) {
      int at = directory + 2 + i * ENTRY;
      if ((tiff.getShort(at) & 0xFFFF) == tag) return Optional.of(at);
    }
    return Optional.empty();
  }

  /** Eight bytes name the code of the characters behind them. */
  private static String text(ByteBuffer tiff, int entry) {
    int count = tiff.getInt(entry + 4);
    byte[] bytes = new byte[Math.max(0, Math.min(count, tiff.capacity()))];
    int at = count > 4 ? tiff.getInt(entry + 8) : entry + 8;
    for (int i = 0; i < bytes.length; i++) bytes[i] = tiff.get(at + i);
    if (bytes.length < CODE) return "";
    byte[] body = Arrays.copyOfRange(bytes, CODE, bytes.length);
    String code = new String(bytes, 0, CODE, StandardCharsets.ISO_8859_1);
    Charset charset = code.startsWith("UNICODE") ? wide(body) : StandardCharsets.UTF_8;
    return new String(body, charset).replace("\0", "").strip();
  }

  /** Programs write either order of bytes, whatever the header says: Latin letters tell which. */
  private static Charset wide(byte[] body) {
    int zeros = 0;
    for (int i = 0; i < body.length; i++) if (body[i] == 0) zeros += i % 2 == 0 ? 1 : -1;
    return zeros >= 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
  }
}
