package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;

class KernelsTest {

  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  @Test
  void guidanceIsTheDifferenceFromUnconditionalTimesItsScale() {
    NDArray both = manager.create(new float[] {1, 2, 3, 5}, new Shape(2, 1, 1, 2));
    NDArray guided = kernels.call(manager, "guide", both, 7.5);
    assertEquals(new Shape(1, 1, 1, 2), guided.getShape());
    assertArrayEquals(new float[] {1 + 7.5f * 2, 2 + 7.5f * 3}, guided.toFloatArray());
  }

  @Test
  void attentionOfOneKeyIsItsValue() {
    NDArray q = manager.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, new Shape(1, 2, 4));
    NDArray k = manager.create(new float[] {1, 0, 0, 1}, new Shape(1, 1, 4));
    NDArray v = manager.create(new float[] {5, 6, 7, 8}, new Shape(1, 1, 4));
    NDArray y = kernels.call(manager, "attention", q, k, v, 2, false, false);
    assertArrayEquals(new float[] {5, 6, 7, 8, 5, 6, 7, 8}, y.toFloatArray(), 1e-6f);
  }

  /** 700 queries are two blocks of 256 and a shorter one; 260 keys are none of a round number. */
  @Test
  void attentionInBlocksIsAttentionWithinTheErrorOfBfloat16() {
    NDArray q = manager.randomNormal(new Shape(2, 700, 24));
    NDArray k = manager.randomNormal(new Shape(2, 260, 24));
    NDArray v = manager.randomNormal(new Shape(2, 260, 24));
    NDArray exact = kernels.call(manager, "attention", q, k, v, 3, false, false);
    NDArray blocks =
        kernels.call(
            manager,
            "attention",
            kernels.call(manager, "cast", q, 15),
            kernels.call(manager, "cast", k, 15),
            kernels.call(manager, "cast", v, 15),
            3,
            false,
            false);
    float[] expected = exact.toFloatArray();
    float[] found = kernels.call(manager, "cast", blocks, 6).toFloatArray();
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
  void aGpusGroupNormOfLargeImagesIsGroupNorm() throws IOException {
    Kernels gpu = new Kernels(manager, true);
    NDArray x = manager.randomNormal(5, 3, new Shape(2, 24, 96, 80), DataType.FLOAT32);
    NDArray channelsLast = gpu.call(manager, "laid_out_channels_last", x);
    NDArray w = manager.randomNormal(new Shape(24));
    NDArray b = manager.randomNormal(new Shape(24));
    float[] expected = kernels.call(manager, "group_norm", x, w, b, 2, 1e-5).toFloatArray();
    float[] found = gpu.call(manager, "group_norm", channelsLast, w, b, 2, 1e-5).toFloatArray();
    assertArrayEquals(expected, found, 1e-4f);
    assertFalse(Arrays.equals(expected, found), "the same code ran twice");
  }

  @Test
  void aWrongShapeIsAnErrorThatNamesTheKernelsLine() {
    NDArray x = manager.ones(new Shape(1, 3, 4, 4));
    NDArray w = manager.ones(new Shape(8, 5, 3, 3));
    NDArray b = manager.ones(new Shape(8));
    String message =
        assertThrows(EngineException.class, () -> kernels.call(manager, "conv", x, w, b, 1, 1))
            .getMessage();
    assertTrue(message.contains("torch.conv2d"), message);
  }

  @Test
  void nothingOfACallStaysBehindButItsResult() {
    NDArray x = manager.ones(new Shape(1, 4));
    int before = manager.getManagedArrays().size();
    NDArray y = kernels.call(manager, "cast", x, 6);
    assertEquals(before + 1, manager.getManagedArrays().size());
    y.close();
    assertEquals(before, manager.getManagedArrays().size());
  }
}
