/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.lora.DoraChange;
import sc.fiji.latentdiffusion.addons.lora.algebras.LowRank;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;

/** Merges changes into a weight so small that the sums can be checked by hand. */
class MergeTest {

  private static final float[] WEIGHT = {1, 2, 3, 4};

  @TempDir Path folder;
  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;
  private Map<String, StoredTensor> tensors;

  @BeforeEach
  void writeTensors() throws IOException {
    tensors =
        SafeTensors.read(
            new TensorsWritten()
                .put("w", new long[] {2, 2}, WEIGHT)
                .put("down", new long[] {1, 2}, 1, 10)
                .put("up", new long[] {2, 1}, 1, -1)
                .put("up4", new long[] {2, 1, 1, 1}, 1, -1)
                .put("tiny", new long[] {2, 1}, 1e-4f, 0)
                .put("huge", new long[] {2, 1}, 1e38f, 0)
                .put("rows", new long[] {2}, 10, 1)
                .put("columns", new long[] {1, 2}, 1, 10)
                .write(folder.resolve("t.safetensors")));
  }

  private WeightChange change(String up, String magnitude, int axis, double scale, double weight) {
    StoredTensor left = tensors.get(up);
    StoredTensor right = tensors.get("down");
    String source = "the LoRA " + left.file();
    return magnitude == null
        ? new LowRank.Change(right, left, scale * weight, source)
        : new DoraChange(
            new LowRank.Change(right, left, scale, source), tensors.get(magnitude), axis, weight);
  }

  private float[] merged(Precision precision, int pieceBytes, WeightChange... changes)
      throws IOException {
    try (TensorStore store =
        new TensorStore(
            tensors, Map.of("w", List.of(changes)), manager, kernels, precision, pieceBytes)) {
      NDArray read = Weights.of(store).tensor("w");
      assertEquals(2, read.getShape().dimension());
      return kernels.tensors().cast(manager, read, Precision.FLOAT32).toFloatArray();
    }
  }

  private float[] merged(WeightChange... changes) throws IOException {
    return merged(Precision.FLOAT32, 1 << 30, changes);
  }

  /** up · down is [1, 10; −1, −10], times 0.5 · 2. */
  @Test
  void scaleAndWeightMultiplyTheProduct() throws IOException {
    assertArrayEquals(new float[] {2, 12, 2, -6}, merged(change("up", null, 0, 0.5, 2)));
    assertArrayEquals(new float[] {2, 12, 2, -6}, merged(change("up4", null, 0, 0.5, 2)));
  }

  @Test
  void changesAddUp() throws IOException {
    WeightChange one = change("up", null, 0, 1, 1);
    WeightChange half = change("up", null, 0, 1, -0.5);
    assertArrayEquals(new float[] {1.5f, 7, 2.5f, -1}, merged(one, half));
    assertArrayEquals(WEIGHT, merged(one, change("up", null, 0, 1, -1)));
  }

  /** Without a product, rows [1, 2] and [3, 4] become 10 and 1 long. */
  @Test
  void magnitudeIsTheLengthOfRows() throws IOException {
    float a = (float) (10 / Math.sqrt(5));
    assertArrayEquals(
        new float[] {a, 2 * a, 0.6f, 0.8f}, merged(change("up", "rows", 0, 0, 1)), 1e-5f);
  }

  /** Columns [1, 3] and [2, 4] become 1 and 10 long; a weight of one half goes halfway. */
  @Test
  void magnitudeIsTheLengthOfColumnsAndWeightGoesOnlyAPartOfTheWay() throws IOException {
    float a = (float) (1 / Math.sqrt(10));
    float b = (float) (10 / Math.sqrt(20));
    WeightChange half = change("up", "columns", 1, 0, 0.5);
    float[] halfway = {(1 + a) / 2, 1 + b, (3 + 3 * a) / 2, (4 + 4 * b) / 2};
    assertArrayEquals(halfway, merged(half), 1e-5f);
  }

  /** 1e-4 changes no bfloat16 near 1, but ten of them and a −1 do if they are added first. */
  @Test
  void sumsAreRoundedOnceToTheRunsPrecision() throws IOException {
    WeightChange tiny = change("tiny", null, 0, 40, 1);
    float[] exact = merged(tiny, tiny);
    float[] rounded = merged(Precision.BFLOAT16, 1 << 30, tiny, tiny);
    try (NDArray array = manager.create(exact);
        NDArray cast = kernels.tensors().cast(manager, array, Precision.BFLOAT16);
        NDArray back = kernels.tensors().cast(manager, cast, Precision.FLOAT32)) {
      assertArrayEquals(back.toFloatArray(), rounded);
    }
    assertEquals(1.0078125f, rounded[0]); // 1.008; each 1.004 alone would round to 1
  }

  @Test
  void weightsBeyondOneMappingAreMergedToo() throws IOException {
    WeightChange change = change("up", null, 0, 1, 1);
    assertArrayEquals(merged(change), merged(Precision.FLOAT32, 8, change));
  }

  @Test
  void aSumThatIsNotFiniteIsRefusedNamingWeightAndFile() {
    String message =
        assertThrows(IOException.class, () -> merged(change("huge", null, 0, 1, 1))).getMessage();
    assertTrue(message.contains("The weight w is no longer finite"), message);
    assertTrue(message.contains("t.safetensors"), message);
  }
}
