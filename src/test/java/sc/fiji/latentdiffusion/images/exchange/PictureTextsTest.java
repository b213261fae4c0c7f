/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of PNG and JPEG files, whole and damaged. */
class PictureTextsTest {

  private static final Charset LATIN = StandardCharsets.ISO_8859_1;

  @TempDir Path folder;

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  private static byte[] chunk(String type, byte[]... data) {
    byte[] body = joined(joined(type.getBytes(LATIN)), joined(data));
    CRC32 sum = new CRC32();
    sum.update(body);
    byte[] length = ByteBuffer.allocate(4).putInt(body.length - 4).array();
    return joined(length, body, ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static byte[] latin(String text) {
    return text.getBytes(LATIN);
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private Map<String, String> texts(byte[]... parts) throws IOException {
    return PictureTexts.of(Files.write(folder.resolve("x.png"), joined(parts)));
  }

  private static byte[] png(byte[]... chunks) {
    return joined(PngChunks.SIGNATURE, joined(chunks), chunk("IEND"));
  }

  @Test
  void textsOfAllKindsOfChunksAreRead() throws IOException {
    byte[] utf8 = "été “x”".getBytes(StandardCharsets.UTF_8);
    Map<String, String> texts =
        texts(
            png(
                chunk("IHDR", new byte[13]),
                chunk("tEXt", latin("a\0plain é")),
                chunk("IDAT", new byte[100]),
                chunk("zTXt", latin("b\0\0"), packed(latin("packed é"))),
                chunk("iTXt", latin("c\0\0\0de\0Titel\0"), utf8),
                chunk("iTXt", latin("d\0\1\0\0\0"), packed(utf8)),
                chunk("tEXt", latin("a\0the second"))));
    assertEquals(Map.of("a", "plain é", "b", "packed é", "c", "été “x”", "d", "été “x”"), texts);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    String wide = "\u00e9 \u201c \ud83d\ude00 \n".repeat(1000);
    byte[] both = joined(PngChunks.chunk("a", "\u00e9\nb"), PngChunks.chunk("b", wide));
    assertEquals(Map.of("a", "\u00e9\nb", "b", wide), texts(png(both)));
  }

  /** Some of what is cut off ends between two chunks, with the texts before. */
  @Test
  void aFileThatIsCutOffIsRefused() throws IOException {
    byte[] whole = png(chunk("IHDR", new byte[13]), chunk("tEXt", latin("a\0text")));
    int refused = 0;
    for (int n = 0; n < whole.length; n++) {
      byte[] part = Arrays.copyOf(whole, n);
      try {
        assertTrue(texts(part).size() <= 1);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("cut off"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused >= whole.length - 10, refused + " of " + whole.length);
  }

  @Test
  void damagedChunksAreRefused() throws IOException {
    byte[] wrong = chunk("tEXt", latin("a\0text"));
    wrong[wrong.length - 1]++;
    refused("another checksum", png(wrong));
    refused("without its keyword", png(chunk("tEXt", latin("text"))));
    refused("can't be unpacked", png(chunk("zTXt", latin("a\0\0nonsense"))));
    refused("packed unknown ways", png(chunk("zTXt", latin("a\0\7x"))));
    refused("cut off", png(chunk("iTXt", latin("a\0\0"))));
    refused("without its keyword", png(chunk("iTXt", latin("a\0\0\0de"))));
    refused("cut off", joined(PngChunks.SIGNATURE, ByteBuffer.allocate(8).putInt(-5).array()));
    refused("a chunk without a type", joined(PngChunks.SIGNATURE, new byte[20]));
    byte[] cut = packed(new byte[100_000]);
    refused("can't be unpacked", png(chunk("zTXt", latin("a\0\0"), Arrays.copyOf(cut, 50))));
  }

  private void refused(String message, byte[] file) {
    IOException e = assertThrows(IOException.class, () -> texts(file));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith(folder.resolve("x.png").toString()), e.getMessage());
  }

  @Test
  void textsThatUnpackToGigabytesAreRefused() throws IOException {
    byte[] bomb = packed(new byte[PngChunks.MOST + 1]);
    assertTrue(bomb.length < 100_000);
    refused("more than 16 MiB", png(chunk("zTXt", latin("a\0\0"), bomb)));
    refused("more than 16 MiB", png(chunk("iTXt", latin("a\0\1\0\0\0"), bomb)));
    byte[] half = packed(new byte[PngChunks.MOST / 2]);
    byte[] twice = chunk("zTXt", latin("a\0\0"), half);
    refused("more than 16 MiB", png(twice, twice, twice));
  }

  private static byte[] tiff(ByteOrder order, Charset charset, String text) {
    byte[] comment = joined(latin("UNICODE\0"), text.getBytes(charset));
    ByteBuffer tiff = ByteBuffer.allocate(44 + comment.length).order(order);
    tiff.put(latin(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM")).putShort((short) 42);
    tiff.putInt(8).putShort((short) 1);
    tiff.putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(26).putInt(0);
    tiff.putShort((short) 1);
    tiff.putShort((short) 0x9286).putShort((short) 7).putInt(comment.length).putInt(44).putInt(0);
    return tiff.put(comment).array();
  }

  private static byte[] jpeg(byte[] tiff) {
    byte[] body = joined(latin("Exif\0\0"), tiff);
    byte[] length = ByteBuffer.allocate(2).putShort((short) (body.length + 2)).array();
    byte[] other = {(byte) 0xFF, (byte) 0xE0, 0, 4, 1, 2};
    byte[] start = {(byte) 0xFF, (byte) 0xD8};
    byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 2, 9, 9};
    return joined(start, other, new byte[] {(byte) 0xFF, (byte) 0xE1}, length, body, scan);
  }

  @Test
  void commentsOfJpegAndPngFilesAreReadInEitherOrderOfBytes() throws IOException {
    String text = "cells é\nSteps: 20";
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (Charset wide : new Charset[] {StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE}) {
        byte[] tiff = tiff(order, wide, text);
        assertEquals(Map.of(PictureTexts.EXIF, text), texts(jpeg(tiff)));
        assertEquals(Map.of(PictureTexts.EXIF, text), texts(png(chunk("eXIf", tiff))));
      }
    }
  }

  @Test
  void damagedExifHasNoCommentAndEndsNoRun() throws IOException {
    byte[] tiff = tiff(ByteOrder.BIG_ENDIAN, StandardCharsets.UTF_16BE, "cells");
    for (int i = 0; i < tiff.length; i++) {
      for (int value : new int[] {0, 1, 0x7F, 0x80, 0xFF}) {
        byte[] changed = tiff.clone();
        changed[i] = (byte) value;
        texts(jpeg(changed));
        texts(jpeg(Arrays.copyOf(tiff, i)));
      }
    }
    byte[] cut = Arrays.copyOf(jpeg(tiff), 30);
    assertTrue(assertThrows(IOException.class, () -> texts(cut)).getMessage().contains("cut off"));
  }
}
