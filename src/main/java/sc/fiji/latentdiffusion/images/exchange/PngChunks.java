/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;

/**
 * The texts of a PNG file (ISO/IEC 15948): its chunks {@code tEXt}, {@code zTXt}, {@code iTXt} and
 * {@code eXIf}. Pixels are passed over.
 */
final class PngChunks {

  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /** The most bytes of all texts, packed or not. */
  static final int MOST = 16 << 20;

  private final RandomAccessFile file;
  private final String name;
  private final Map<String, String> texts;
  private int left = MOST;

  private PngChunks(RandomAccessFile file, String name, Map<String, String> texts) {
    this.file = file;
    this.name = name;
    this.texts = texts;
  }

  /**
   * Reads the texts of a file.
   *
   * @param file behind its signature
   * @param name of the file, for messages
   * @param texts takes them, by their keywords; of two with one keyword the first
   * @throws IOException if the file is cut off or damaged, or its texts are too long
   */
  static void read(RandomAccessFile file, String name, Map<String, String> texts)
      throws IOException {
    PngChunks chunks = new PngChunks(file, name, texts);
    file.seek(SIGNATURE.length);
    while (chunks.next()) {}
  }

  /** Reads a chunk: its length, type, data and checksum; the last is IEND. */
  private boolean next() throws IOException {
    byte[] head = bytes(8);
    int length = ByteBuffer.wrap(head).getInt();
    String type = new String(head, 4, 4, StandardCharsets.ISO_8859_1);
    if (length < 0 || length > file.length() - file.getFilePointer() - 4) throw cutOff(type);
    if (!type.matches("[A-Za-z]{4}")) throw damaged("a chunk without a type");
    if (!type.matches("tEXt|zTXt|iTXt|eXIf")) {
      file.seek(file.getFilePointer() + length + 4);
      return !type.equals("IEND");
    }
    take(length);
    byte[] data = bytes(length);
    CRC32 sum = new CRC32();
    sum.update(head, 4, 4);
    sum.update(data);
    if (ByteBuffer.wrap(bytes(4)).getInt() != (int) sum.getValue()) {
      throw damaged("a chunk " + type + " with another checksum");
    }
    switch (type) {
      case "tEXt" -> text(data);
      case "zTXt" -> packed(data);
      case "iTXt" -> international(data);
      default -> ExifComment.of(data, 0).ifPresent(text -> put(PictureTexts.EXIF, text));
    }
    return true;
  }

  private byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    if (file.length() - file.getFilePointer() < count) throw cutOff("the next chunk");
    file.readFully(bytes);
    return bytes;
  }

  private void put(String keyword, String text) {
    texts.putIfAbsent(keyword, text);
  }

  private void text(byte[] data) throws IOException {
    int end = end(data, 0);
    put(latin(data, 0, end), latin(data, end + 1, data.length));
  }

  private void packed(byte[] data) throws IOException {
    int end = end(data, 0);
    if (data.length < end + 2 || data[end + 1] != 0) throw damaged("a text packed unknown ways");
    String keyword = latin(data, 0, end);
    put(keyword, inflated(data, end + 2, StandardCharsets.ISO_8859_1));
  }

  /** Keyword, flag and method of packing, language, translated keyword, text in UTF-8. */
  private void international(byte[] data) throws IOException {
    int end = end(data, 0);
    if (data.length < end + 3) throw damaged("a text that is cut off");
    int text = end(data, end(data, end + 3) + 1) + 1;
    String keyword = latin(data, 0, end);
    boolean isPacked = data[end + 1] == 1;
    put(
        keyword,
        isPacked
            ? inflated(data, text, StandardCharsets.UTF_8)
            : new String(data, text, data.length - text, StandardCharsets.UTF_8));
  }

  private int end(byte[] data, int from) throws IOException {
    for (int i = from; i < data.length; i++) if (data[i] == 0) return i;
    throw damaged("a text without its keyword");
  }

  private static String latin(byte[] data, int from, int to) {
    return new String(data, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Unpacks no more than is allowed: some kilobytes can hold gigabytes. */
  private String inflated(byte[] data, int from, Charset charset) throws IOException {
    byte[] packed = Arrays.copyOfRange(data, from, data.length);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] piece = new byte[1 << 13];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        take(n);
        whole.write(piece, 0, n);
      }
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      throw damaged("a packed text that can't be unpacked");
    }
    return whole.toString(charset);
  }

  private void take(int bytes) throws IOException {
    left -= bytes;
    if (left >= 0) return;
    throw new IOException(
        name + " holds texts of more than " + (MOST >> 20) + " MiB: they are no settings.");
  }

  private IOException cutOff(String what) {
    return new IOException(
        name + " is cut off within " + what + "; copy or download the picture again.");
  }

  private IOException damaged(String what) {
    return new IOException(
        name + " is damaged: it has " + what + "; copy or download the picture again.");
  }

  /**
   * Returns a text as a chunk: tEXt if Latin-1 has its characters, else iTXt.
   *
   * @param keyword 1 to 79 characters of Latin-1
   */
  static byte[] chunk(String keyword, String text) {
    boolean isLatin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
    byte[] head = (keyword + (isLatin ? "\0" : "\0\0\0\0\0")).getBytes(StandardCharsets.ISO_8859_1);
    byte[] body = text.getBytes(isLatin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    ByteBuffer chunk = ByteBuffer.allocate(12 + head.length + body.length);
    chunk.putInt(head.length + body.length);
    chunk.put((isLatin ? "tEXt" : "iTXt").getBytes(StandardCharsets.ISO_8859_1));
    chunk.put(head).put(body);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + head.length + body.length);
    return chunk.putInt((int) sum.getValue()).array();
  }
}
