/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PairKernels;
import sc.fiji.latentdiffusion.fixtures.PyTorch;

class KernelsTest {

  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  @Test
  void attentionOfOneKeyIsItsValue() {
    NDArray q = manager.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, new Shape(1, 2, 4));
    NDArray k = manager.create(new float[] {1, 0, 0, 1}, new Shape(1, 1, 4));
    NDArray v = manager.create(new float[] {5, 6, 7, 8}, new Shape(1, 1, 4));
    NDArray y = kernels.operators().attention(q, k, v, 2, false, false);
    assertArrayEquals(new float[] {5, 6, 7, 8, 5, 6, 7, 8}, y.toFloatArray(), 1e-6f);
  }

  /** 700 queries are two blocks of 256 and a shorter one; 260 keys are no multiple of a block. */
  @Test
  void attentionInBlocksIsAttentionWithinTheErrorOfBfloat16() {
    NDArray q = manager.randomNormal(new Shape(2, 700, 24));
    NDArray k = manager.randomNormal(new Shape(2, 260, 24));
    NDArray v = manager.randomNormal(new Shape(2, 260, 24));
    NDArray exact = kernels.operators().attention(q, k, v, 3, false, false);
    NDArray blocks =
        kernels
            .operators()
            .attention(
                kernels.tensors().cast(manager, q, Precision.BFLOAT16),
                kernels.tensors().cast(manager, k, Precision.BFLOAT16),
                kernels.tensors().cast(manager, v, Precision.BFLOAT16),
                3,
                false,
                false);
    float[] expected = exact.toFloatArray();
    float[] found = kernels.tensors().cast(manager, blocks, Precision.FLOAT32).toFloatArray();
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    assertEquals(0, Math.sqrt(difference / size), 0.01, "relative rms error");
  }

  /** More than 65,536 numbers a group are normalised in parts, where channels are last. */
  @Test
  void aGpusGroupNormOfLargeImagesIsGroupNorm() {
    Kernels gpu = new Kernels(manager, true);
    NDArray x = manager.randomNormal(5, 3, new Shape(2, 24, 96, 80), DataType.FLOAT32);
    NDArray channelsLast = gpu.tensors().laidOutChannelsLast(manager, x);
    NDArray w = manager.randomNormal(new Shape(24));
    NDArray b = manager.randomNormal(new Shape(24));
    float[] expected = kernels.operators().groupNorm(x, w, b, 2, 1e-5).toFloatArray();
    float[] found = gpu.operators().groupNorm(channelsLast, w, b, 2, 1e-5).toFloatArray();
    assertArrayEquals(expected, found, 1e-4f);
    assertFalse(Arrays.equals(expected, found), "the same code ran twice");
  }

  @Test
  void aWrongShapeIsAnErrorThatNamesTheKernelsLine() {
    NDArray x = manager.ones(new Shape(1, 3, 4, 4));
    NDArray w = manager.ones(new Shape(8, 5, 3, 3));
    NDArray b = manager.ones(new Shape(8));
    String message =
        assertThrows(EngineException.class, () -> kernels.operators().conv(x, w, b, 1, 1))
            .getMessage();
    assertTrue(message.contains("torch.conv2d"), message);
  }

  @Test
  void nothingOfACallStaysBehindButItsResult() {
    NDArray x = manager.ones(new Shape(1, 4));
    int before = manager.getManagedArrays().size();
    NDArray y = kernels.tensors().cast(manager, x, Precision.FLOAT32);
    assertEquals(before + 1, manager.getManagedArrays().size());
    y.close();
    assertEquals(before, manager.getManagedArrays().size());
  }

  @Test
  void aTextOfAnotherPackageIsLoadedWithTheFirstCall() {
    assertSumAndDifference(new PairKernels(kernels));
  }

  @Test
  void aTextOfAnotherPackageIsLoadedAfterOthers() {
    kernels.tensors().copy(manager, manager.ones(new Shape(1)));
    assertSumAndDifference(new PairKernels(kernels));
  }

  private void assertSumAndDifference(PairKernels pairs) {
    NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
    NDArray y = manager.create(new float[] {5, 5, 5, 5}, new Shape(2, 2));
    NDList both = pairs.sumAndDifference(x, y);
    assertEquals(2, both.size());
    assertArrayEquals(new float[] {6, 7, 8, 9}, both.get(0).toFloatArray());
    assertArrayEquals(new float[] {-4, -3, -2, -1}, both.get(1).toFloatArray());
  }

  @Test
  void aListOfTensorsIsReturnedWhole() {
    NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
    int before = manager.getManagedArrays().size();
    NDList halves = new PairKernels(kernels).halves(x);
    assertArrayEquals(new float[] {1, 2}, halves.get(0).toFloatArray());
    assertArrayEquals(new float[] {3, 4}, halves.get(1).toFloatArray());
    halves.close();
    assertEquals(before, manager.getManagedArrays().size());
  }

  @Test
  void aFunctionThatTwoTextsDefineIsRefusedByItsName() {
    KernelFunctions clash = kernels.functions(KernelsTest.class, "clash");
    NDArray x = manager.ones(new Shape(1));
    String message =
        assertThrows(IllegalStateException.class, () -> clash.call(manager, "geglu", x))
            .getMessage();
    assertTrue(message.contains("geglu"), message);
  }

  @Test
  void aTextThatIsMissingIsNamed() {
    KernelFunctions none = kernels.functions(KernelsTest.class, "none");
    NDArray x = manager.ones(new Shape(1));
    String message =
        assertThrows(UncheckedIOException.class, () -> none.call(manager, "f", x)).getMessage();
    assertTrue(message.contains("none.torchscript"), message);
  }
}
