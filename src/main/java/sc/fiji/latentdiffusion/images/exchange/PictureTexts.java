/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The texts that the file of a picture holds. */
final class PictureTexts {

  /** The name of EXIF's comment among the texts. */
  static final String EXIF = "UserComment";

  private static final int START_OF_SCAN = 0xDA;
  private static final int APPLICATION_1 = 0xE1;
  private static final byte[] EXIF_HEAD = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private PictureTexts() {}

  /**
   * Reads a file.
   *
   * @param path of a PNG or JPEG file
   * @return texts by their keywords, in their order; none of a file of another kind
   * @throws IOException if it can't be read, or is cut off or damaged, naming it
   */
  static Map<String, String> of(Path path) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    if (!Files.isRegularFile(path)) throw new IOException("There is no file " + path + ".");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] head = new byte[(int) Math.min(PngChunks.SIGNATURE.length, file.length())];
      file.readFully(head);
      if (Arrays.equals(head, PngChunks.SIGNATURE)) {
        PngChunks.read(file, path.toString(), texts);
      } else if (head.length > 2 && head[0] == (byte) 0xFF && head[1] == (byte) 0xD8) {
        readJpeg(file, path, texts);
      }
    }
    return texts;
  }

  /** Goes from segment to segment, each with its marker and length, up to the pixels. */
  private static void readJpeg(RandomAccessFile file, Path path, Map<String, String> texts)
      throws IOException {
    file.seek(2);
    while (file.length() - file.getFilePointer() >= 4) {
      int marker = file.readUnsignedShort();
      int length = file.readUnsignedShort() - 2;
      if (marker >> 8 != 0xFF || length < 0 || marker == (0xFF00 | START_OF_SCAN)) return;
      if (length > file.length() - file.getFilePointer()) {
        throw new IOException(path + " is cut off; copy or download the picture again.");
      }
      byte[] segment = new byte[length];
      file.readFully(segment);
      boolean isExif =
          marker == (0xFF00 | APPLICATION_1)
              && length > EXIF_HEAD.length
              && Arrays.equals(segment, 0, EXIF_HEAD.length, EXIF_HEAD, 0, EXIF_HEAD.length);
      if (isExif) {
        ExifComment.of(segment, EXIF_HEAD.length).ifPresent(text -> texts.put(EXIF, text));
      }
    }
  }
}
