/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * Tensors that diffusers computed, of one file. The folders of such files are those of the
 * resources, or those below the folder that the system property {@code golden} names; {@code
 * src/test/python/golden.py} makes both.
 */
final class Golden {

  /** Where the tests of this package run, cpu or gpu: the system property {@code device}. */
  static final String DEVICE = System.getProperty("device", "cpu");

  private final String where;
  private final Map<String, StoredTensor> tensors;

  private Golden(String where, Map<String, StoredTensor> tensors) {
    this.where = where;
    this.tensors = tensors;
  }

  /** Returns the folder of all goldens. */
  static Path root() {
    String property = System.getProperty("golden");
    return property == null ? TestResources.GOLDEN : Path.of(property);
  }

  /** Returns the folders of one kind: models, unet, vae, text_encoder or exotic. */
  static Stream<Path> folders(String kind) {
    Path folder = root().resolve(kind);
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file; messages will name it below {@link #root}. */
  static Golden read(Path file) throws IOException {
    Path below = root().toAbsolutePath().relativize(file.toAbsolutePath());
    return new Golden(below.toString(), SafeTensors.read(file));
  }

  Set<String> names() {
    return tensors.keySet();
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  NDArray array(String name, NDManager manager) throws IOException {
    StoredTensor tensor = tensors.get(name);
    return manager.create(tensor.bytes(), new Shape(tensor.shape()), DataType.FLOAT32);
  }

  float[] floats(String name) throws IOException {
    float[] values = new float[Math.toIntExact(tensors.get(name).byteCount() / Float.BYTES)];
    tensors.get(name).bytes().asFloatBuffer().get(values);
    return values;
  }

  byte[] bytes(String name) throws IOException {
    ByteBuffer buffer = tensors.get(name).bytes();
    byte[] values = new byte[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Reads {@code [rows, columns]} int64. */
  long[][] rows(String name) throws IOException {
    long[] shape = tensors.get(name).shape();
    long[][] rows = new long[(int) shape[0]][(int) shape[1]];
    var values = tensors.get(name).bytes().asLongBuffer();
    for (long[] row : rows) {
      values.get(row);
    }
    return rows;
  }

  /** Proves that an array has a tensor's shape and every value within a tolerance. */
  void assertNear(String name, double scale, NDArray actual, double tolerance) throws IOException {
    assertArrayEquals(
        tensors.get(name).shape(), actual.getShape().getShape(), where + " " + name + ": shape");
    assertNear(name, floats(name), scale, actual.toFloatArray(), tolerance);
  }

  /** Proves that every value is within a tolerance of {@code scale} times the expected one. */
  void assertNear(String name, float[] expected, double scale, float[] actual, double tolerance) {
    int worst = 0;
    double largest = -1;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] * scale - actual[i]);
      if (!(difference <= largest)) {
        largest = difference;
        worst = i;
      }
    }
    if (expected.length != actual.length || !(largest <= tolerance)) {
      fail(
          "%s %s: largest difference %.3g at %d of %d, expected %.7g, found %.7g; at most %.3g"
              .formatted(
                  where,
                  name,
                  largest,
                  worst,
                  actual.length,
                  expected[worst] * scale,
                  actual[worst],
                  tolerance));
    }
  }

  /** Proves that no byte differs by more than one. */
  void assertWithinOne(String name, NDArray picture) throws IOException {
    byte[] expected = bytes(name);
    float[] values = picture.toFloatArray();
    float[] eightBit = new float[values.length];
    float[] wanted = new float[expected.length];
    for (int i = 0; i < values.length; i++) {
      wanted[i] = expected[i] & 0xFF;
      eightBit[i] = Math.round(255 * Math.max(0, Math.min(1, values[i] / 2 + 0.5f)));
    }
    assertNear(name, wanted, 1, eightBit, 1);
  }

  /** Returns the part of a tensor along its first axis. */
  float[] slice(String name, int index) throws IOException {
    int count = (int) tensors.get(name).shape()[0];
    float[] all = floats(name);
    int length = all.length / count;
    return Arrays.copyOfRange(all, index * length, (index + 1) * length);
  }

  /** Returns the ends of the names that begin with a text. */
  List<String> ends(String beginning) {
    return names().stream()
        .filter(name -> name.startsWith(beginning))
        .map(name -> name.substring(beginning.length()))
        .toList();
  }
}
