/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import com.google.gson.Gson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a folder in diffusers' layout of a published model's sizes. The weights are random,
 * float16, and such that activations stay finite; the pictures mean nothing.
 */
final class FullSizeModel {

  private static final Path TOKENIZER = Path.of("src/test/resources/golden/models/sd1/tokenizer");
  private static final Gson JSON = new Gson();

  private FullSizeModel() {}

  /**
   * Writes the folder, if it is not there yet.
   *
   * @param folder where to
   * @param sizes of the model
   */
  static void write(Path folder, Sizes sizes) throws IOException {
    if (Files.exists(folder.resolve("model_index.json"))) return;
    for (Map.Entry<String, Map<String, long[]>> network : sizes.networks().entrySet())
      weights(folder.resolve(network.getKey()), network.getValue());
    if (Files.exists(folder.resolve("text_encoder"))) tokenizer(folder.resolve("tokenizer"));
    for (Map.Entry<String, Object> part : sizes.configs().entrySet())
      json(folder.resolve(part.getKey()), part.getValue());
  }

  private static void tokenizer(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file :
        List.of("merges.txt", "special_tokens_map.json", "tokenizer_config.json", "vocab.json"))
      Files.copy(TOKENIZER.resolve(file), folder.resolve(file));
  }

  private static void json(Path file, Object value) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, JSON.toJson(value));
  }

  private static void weights(Path file, Map<String, long[]> shapes) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      byte[] header = header(shapes);
      out.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      out.write(header);
      SplittableRandom random = new SplittableRandom(file.getParent().getFileName().hashCode());
      for (Map.Entry<String, long[]> tensor : shapes.entrySet())
        values(out, tensor.getKey(), tensor.getValue(), random);
    }
  }

  private static byte[] header(Map<String, long[]> shapes) {
    Map<String, Object> header = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      long end = offset + 2 * size(tensor.getValue());
      header.put(
          tensor.getKey(),
          Map.of(
              "dtype",
              "F16",
              "shape",
              tensor.getValue(),
              "data_offsets",
              new long[] {offset, end}));
      offset = end;
    }
    String text = JSON.toJson(header);
    return (text + " ".repeat(-text.length() & 7)).getBytes(StandardCharsets.UTF_8);
  }

  private static long size(long[] shape) {
    long size = 1;
    for (long n : shape) size *= n;
    return size;
  }

  /** Norms are 1 and 0, all else is uniform with the variance 1/3 of its inputs' number. */
  private static void values(OutputStream out, String name, long[] shape, SplittableRandom random)
      throws IOException {
    boolean weight = name.endsWith(".weight");
    double bound = weight ? Math.sqrt((double) shape[0] / size(shape)) : 0;
    double middle = weight && shape.length == 1 ? 1 : 0;
    double width = shape.length == 1 ? 0 : bound;
    byte[] bytes = new byte[2];
    for (long i = size(shape); i > 0; i--) {
      short half = half((float) (middle + width * (2 * (random.nextInt() >>> 8) * 0x1p-24 - 1)));
      bytes[0] = (byte) half;
      bytes[1] = (byte) (half >> 8);
      out.write(bytes);
    }
  }

  /** Rounds to IEEE half precision, flushing what is smaller than its normal numbers to zero. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    int exponent = (bits >>> 23 & 0xFF) - 112;
    if (exponent <= 0) return (short) (bits >>> 16 & 0x8000);
    return (short)
        ((bits >>> 16 & 0x8000) | ((exponent << 10) + (((bits & 0x7FFFFF) + 0x1000) >>> 13)));
  }
}
