/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.SafeTensors;

class WeightsTest {

  private static final float[] NUMBERS = {1, -2.5f, 0.25f, 3, 0, 96};

  @TempDir Path folder;
  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  @Test
  void everyFormatIsReadInEveryPrecision() throws IOException {
    for (String dtype : List.of("F32", "F16", "BF16", "F64", "F8_E5M2", "F8_E4M3")) {
      for (Precision precision : Precision.values()) {
        Weights weights = weights(dtype, precision, 1 << 30);
        NDArray read = weights.at("block.0").tensor("weight");
        assertEquals(List.of(2L, 3L), list(read.getShape().getShape()), dtype + " in " + precision);
        assertArrayEquals(NUMBERS, float32(read), dtype + " in " + precision);
      }
    }
  }

  @Test
  void tensorsBeyondOneMappingAreJoinedFromPieces() throws IOException {
    for (String dtype : List.of("F32", "F16", "BF16", "F64", "F8_E5M2", "F8_E4M3")) {
      NDArray read = weights(dtype, Precision.FLOAT32, 8).at("block.0").tensor("weight");
      assertEquals(List.of(2L, 3L), list(read.getShape().getShape()), dtype);
      assertArrayEquals(NUMBERS, float32(read), dtype);
    }
  }

  @Test
  void placesAreCountedUpToTheFirstGap() throws IOException {
    Weights weights = weights("F32", Precision.FLOAT32, 1 << 30);
    assertEquals(1, weights.count("block"));
    assertEquals(0, weights.count("bloc"));
    assertTrue(weights.has("block.0"));
    assertTrue(weights.has("block.0.weight"));
    assertFalse(weights.has("block.0.wei"));
  }

  @Test
  void missingTensorIsNamedInFull() throws IOException {
    Weights weights = weights("F32", Precision.FLOAT32, 1 << 30);
    String message =
        assertThrows(IOException.class, () -> weights.at("block.0").tensor("bias")).getMessage();
    assertTrue(message.contains("block.0.bias"), message);
    assertTrue(message.contains("model.safetensors"), message);
  }

  @Test
  void anUnreadTensorIsNamedInFull() throws IOException {
    Weights weights = weights("F32", Precision.FLOAT32, 1 << 30);
    String message =
        assertThrows(IOException.class, () -> weights.requireAllRead("The network")).getMessage();
    assertTrue(message.startsWith("The network has no place for 1 tensors"), message);
    assertTrue(message.contains("block.0.weight"), message);
    weights.at("block.0").tensor("weight");
    weights.requireAllRead("The network");
  }

  @Test
  void tensorOfWholeNumbersIsRefused() throws IOException {
    Weights weights = weights("I32", Precision.FLOAT32, 1 << 30);
    String message =
        assertThrows(IOException.class, () -> weights.at("block.0").tensor("weight")).getMessage();
    assertTrue(message.contains("block.0.weight") && message.contains("I32"), message);
  }

  /** A mapped file that is changed would change the tensor, and end Java where it is shortened. */
  @Test
  void float32StaysWhenItsFileIsOverwrittenAndCut() throws IOException {
    NDArray read = weights("F32", Precision.FLOAT32, 1 << 30).at("block.0").tensor("weight");
    assertArrayEquals(NUMBERS, read.toFloatArray());
    try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
      file.seek(file.length() - NUMBERS.length * 4);
      file.write(new byte[4]);
      file.setLength(0);
    }
    assertArrayEquals(NUMBERS, read.toFloatArray());
  }

  private Path path() {
    return folder.resolve("model.safetensors");
  }

  private Weights weights(String dtype, Precision precision, int pieceBytes) throws IOException {
    new TensorsWritten()
        .put("block.0.weight", dtype, new long[] {2, 3}, bytes(dtype))
        .write(path());
    return Weights.of(
        new TensorStore(
            SafeTensors.read(path()), Map.of(), manager, kernels, precision, pieceBytes));
  }

  /** Returns the numbers as a type holds them. */
  private static byte[] bytes(String dtype) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : NUMBERS) {
      int bits = Float.floatToIntBits(number);
      switch (dtype) {
        case "F32", "I32" -> data.putInt(bits);
        case "F64" -> data.putDouble(number);
        case "F8_E5M2" -> data.put((byte) (float16(number) >>> 8));
        case "F8_E4M3" -> data.put(float8(number));
        case "BF16" -> data.putShort((short) (bits >>> 16));
        default -> data.putShort(float16(number));
      }
    }
    return Arrays.copyOf(data.array(), data.position());
  }

  /** Returns a number's float16; the number must be exact in it. */
  private static short float16(float number) {
    if (number == 0) {
      return 0;
    }
    int bits = Float.floatToIntBits(number);
    int exponent = ((bits >>> 23) & 0xFF) - 127 + 15;
    return (short) ((bits >>> 16 & 0x8000) | exponent << 10 | (bits >>> 13 & 0x3FF));
  }

  /** Returns a number's float8 with four bits of exponent; the number must be exact in it. */
  private static byte float8(float number) {
    if (number == 0) {
      return 0;
    }
    int bits = Float.floatToIntBits(number);
    int exponent = ((bits >>> 23) & 0xFF) - 127 + 7;
    return (byte) (bits >>> 24 & 0x80 | exponent << 3 | bits >>> 20 & 7);
  }

  private float[] float32(NDArray array) {
    return kernels.tensors().cast(manager, array, Precision.FLOAT32).toFloatArray();
  }

  private static List<Long> list(long[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
