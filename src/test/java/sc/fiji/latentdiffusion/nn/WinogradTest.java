/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.nn.layers.LayerKernels;

/** Compares the convolutions that need fewer products with PyTorch's own. */
class WinogradTest {

  private static final double BOUND = 5e-5;

  @TempDir Path folder;
  @PyTorch private NDManager manager;
  @PyTorch private Kernels packing;
  private Kernels plain;

  @BeforeEach
  void loadKernels() throws IOException {
    plain = new Kernels(manager, true);
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "PyTorch has oneDNN");
    assertTrue(packing.packs(Precision.FLOAT32), "the kernels are understood");
  }

  /** The sizes need tiles of 6, tiles of 4 and columns; most are no multiple of the tile. */
  @ParameterizedTest
  @CsvSource({"128, 192, 48, 48", "160, 128, 67, 65", "128, 128, 33, 31", "192, 640, 7, 9"})
  void aConvolutionAgreesWithPyTorchs(int inputs, int outputs, int height, int width) {
    NDArray x = image(2, inputs, height, width);
    NDArray w = numbers(outputs, inputs, 3, 3).mul(0.02);
    NDArray b = numbers(outputs);
    assertClose(
        plain.operators().conv(x, w, b, 1, 1), packing.operators().conv(x, packed(w), b, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({"128, 128, 48, 48", "128, 256, 66, 33", "256, 128, 20, 20", "128, 160, 5, 6"})
  void aBlockWithNormsAndShortcutAgreesWithPyTorchs(
      int inputs, int outputs, int height, int width) {
    NDArray x = image(2, inputs, height, width).add(3);
    NDArray before = x.duplicate();
    List<NDArray> weights = resnet(inputs, outputs);
    List<NDArray> laidOut =
        weights.stream().map(w -> w.getShape().dimension() == 4 ? packed(w) : w).toList();
    assertClose(block(plain, x, weights), block(packing, x, laidOut));
    assertArrayEquals(before.toFloatArray(), x.toFloatArray(), "the input stays as it is");
  }

  /** The last level of a VAE halves the channels; its input may be overwritten. */
  @ParameterizedTest
  @CsvSource({"256, 128, 70, 66", "512, 256, 24, 22", "192, 128, 64, 64", "128, 128, 33, 31"})
  void aBlockInTheMemoryOfItsInputAgreesWithPyTorchs(
      int inputs, int outputs, int height, int width) {
    NDArray x = image(1, inputs, height, width).add(3);
    List<NDArray> weights = resnet(inputs, outputs);
    List<NDArray> laidOut =
        weights.stream().map(w -> w.getShape().dimension() == 4 ? packed(w) : w).toList();
    NDArray expected = block(plain, x, weights);
    Parameters parameters = new Parameters(laidOut);
    assertClose(expected, new LayerKernels(packing).resnetOver(x, parameters, 32, 1e-6));
  }

  /** A U-Net enlarges to an odd size where a picture's size is no multiple of 64. */
  @ParameterizedTest
  @CsvSource({"128, 12, 10, 24, 20", "640, 9, 9, 18, 18", "128, 12, 10, 23, 20"})
  void anEnlargementAgreesWithPyTorchs(
      int channels, int height, int width, int toHeight, int toWidth) {
    NDArray x = image(2, channels, height, width);
    NDArray w = numbers(channels, channels, 3, 3).mul(0.02);
    NDArray b = numbers(channels);
    NDArray laidOut = packing.operators().packUpsample(manager, w);
    assertEquals(new Shape(9, channels, channels), laidOut.getShape());
    assertClose(
        new LayerKernels(plain).upsample(x, new Parameters(List.of(w, b)), toHeight, toWidth),
        new LayerKernels(packing)
            .upsample(x, new Parameters(List.of(laidOut, b)), toHeight, toWidth));
  }

  @Test
  void equalInputsGiveEqualBits() {
    NDArray x = image(1, 128, 64, 64);
    NDArray w = packed(numbers(128, 128, 3, 3));
    NDArray b = numbers(128);
    assertArrayEquals(
        packing.operators().conv(x, w, b, 1, 1).toFloatArray(),
        packing.operators().conv(x, w, b, 1, 1).toFloatArray());
  }

  /** All weights pass through the same buffer. */
  @ParameterizedTest
  @CsvSource({"F16, 2", "F32, 4"})
  void weightsStayWhenTheNextAreRead(String dtype, int bytes) throws IOException {
    long[] shape = {128, 128, 3, 3};
    Path file =
        new TensorsWritten()
            .put("ones", dtype, shape, ones(bytes))
            .put("zeros", dtype, shape, new byte[128 * 128 * 9 * bytes])
            .write(folder.resolve("weights.safetensors"));
    try (TensorStore store =
        new TensorStore(SafeTensors.read(file), manager, packing, Precision.FLOAT32)) {
      NDArray ones = store.packed("ones", 1);
      float[] before = ones.toFloatArray();
      store.packed("zeros", 1);
      assertArrayEquals(before, ones.toFloatArray());
    }
  }

  /** Returns 128 · 128 · 9 ones, in float16 for two bytes a number, in float32 for four. */
  private static byte[] ones(int bytes) {
    ByteBuffer ones = ByteBuffer.allocate(128 * 128 * 9 * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 128 * 128 * 9; i++) {
      if (bytes == 2) ones.putShort((short) 0x3c00);
      else ones.putFloat(1);
    }
    return ones.array();
  }

  private static NDArray block(Kernels kernels, NDArray x, List<NDArray> weights) {
    return new LayerKernels(kernels).resnet(x, new Parameters(weights), 32, 1e-6);
  }

  private List<NDArray> resnet(int inputs, int outputs) {
    List<NDArray> weights = new ArrayList<>();
    weights.addAll(List.of(numbers(inputs), numbers(inputs)));
    weights.addAll(List.of(numbers(outputs, inputs, 3, 3).mul(0.02), numbers(outputs)));
    weights.addAll(List.of(numbers(outputs), numbers(outputs)));
    weights.addAll(List.of(numbers(outputs, outputs, 3, 3).mul(0.02), numbers(outputs)));
    if (inputs != outputs) {
      weights.addAll(List.of(numbers(outputs, inputs, 1, 1).mul(0.1), numbers(outputs)));
    }
    return weights;
  }

  private NDArray packed(NDArray weight) {
    return packing.operators().packConv(manager, weight, 1);
  }

  /** Makes an image with channels last, the order of a network's images. */
  private NDArray image(int batch, int channels, int height, int width) {
    return numbers(batch, height, width, channels).transpose(0, 3, 1, 2);
  }

  private NDArray numbers(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  private static void assertClose(NDArray expected, NDArray found) {
    assertEquals(expected.getShape(), found.getShape());
    float size = expected.abs().max().getFloat();
    float difference = found.sub(expected).abs().max().getFloat();
    assertTrue(difference <= BOUND * size, () -> difference + " of " + size);
  }
}
