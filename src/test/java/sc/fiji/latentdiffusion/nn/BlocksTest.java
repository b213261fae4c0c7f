/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PairKernels;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;

/** Blocks of GGUF; {@code src/test/python/gguf_blocks.py} makes files and goldens. */
class BlocksTest {

  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  private Map<String, StoredTensor> quantised;
  private Map<String, StoredTensor> golden;

  @BeforeEach
  void read() throws IOException {
    quantised = TensorFile.read(TestResources.golden("gguf/blocks.gguf")).tensors();
    golden = SafeTensors.read(TestResources.golden("gguf/blocks.safetensors"));
  }

  private float[] numbers(StoredTensor tensor) throws IOException {
    return TensorReader.float32(tensor, kernels, manager).toFloatArray();
  }

  @Test
  void everyTypeIsExpandedToTheBitsOfTheReference() throws IOException {
    assertEquals(13, golden.size());
    for (StoredTensor tensor : quantised.values()) {
      assertEquals(tensor.name(), tensor.dtype().name());
      assertBits(numbers(golden.get(tensor.name())), numbers(tensor), tensor.name());
    }
  }

  /** As a GPU does it. */
  @Test
  void theKernelGivesTheSameBits() throws IOException {
    BlockKernels blocks = new BlockKernels(kernels);
    TensorReader reader = new TensorReader(kernels, new Staging(kernels, manager), 1 << 20);
    for (StoredTensor tensor : quantised.values()) {
      if (!tensor.dtype().isQuantised()) continue;
      NDArray bytes = reader.blocks(tensor, manager);
      NDArray memory = blocks.emptyBeside(manager, bytes, 1024, Precision.FLOAT32);
      blocks.expandByKernel(bytes, tensor.dtype(), memory).close();
      assertBits(numbers(golden.get(tensor.name())), memory.toFloatArray(), tensor.name());
    }
  }

  private static void assertBits(float[] expected, float[] found, String name) {
    assertEquals(expected.length, found.length, name);
    for (int i = 0; i < expected.length; i++) {
      int bits = Float.floatToRawIntBits(expected[i]);
      assertEquals(bits, Float.floatToRawIntBits(found[i]), name + " at " + i);
    }
  }

  @Test
  void partsOfATensorAreItsRows() throws IOException {
    for (StoredTensor tensor : quantised.values()) {
      float[] whole = numbers(tensor);
      float[] second = numbers(tensor.part("second", 1, 2));
      float[] swapped = numbers(tensor.withHalvesSwapped());
      for (int i = 0; i < 512; i++) {
        assertEquals(whole[512 + i], second[i], tensor.name());
        assertEquals(whole[512 + i], swapped[i], tensor.name());
        assertEquals(whole[i], swapped[512 + i], tensor.name());
      }
    }
  }

  private float[] gathered(Parameters list) {
    try (NDArray all = new PairKernels(kernels).gathered(manager, list)) {
      return all.toFloatArray();
    }
  }

  private float[] rounded(float[] numbers, Precision precision) {
    NDArray cast = kernels.tensors().cast(manager, manager.create(numbers), precision);
    return kernels.tensors().cast(manager, cast, Precision.FLOAT32).toFloatArray();
  }

  private TensorStore store(Map<String, List<WeightChange>> changes, Precision precision) {
    return new TensorStore(quantised, changes, manager, kernels, precision, 100);
  }

  /** Read piece by piece, among other tensors, in every precision, twice in the same memory. */
  @Test
  void aListIsExpandedForEachCall() throws IOException {
    for (Precision precision : Precision.values()) {
      try (TensorStore store = store(Map.of(), precision)) {
        Weights weights = Weights.of(store);
        assertEquals(2 * 2 * 144, weights.packedTensor("Q4_K").size(), "stays quantised");
        for (String name : quantised.keySet()) {
          float[] own = rounded(numbers(golden.get(name)), precision);
          float[] other = rounded(numbers(golden.get("Q3_K")), precision);
          Parameters list = weights.parameters(name, "Q3_K");
          for (int i = 0; i < 2; i++) {
            float[] found = gathered(list);
            String place = name + " in " + precision;
            assertArrayEquals(own, Arrays.copyOf(found, 1024), place);
            assertArrayEquals(other, Arrays.copyOfRange(found, 1024, 2048), place);
          }
        }
      }
    }
  }

  @Test
  void weightsOfSeveralTypesAreOneBelowTheOther() throws IOException {
    try (TensorStore store = store(Map.of(), Precision.FLOAT32)) {
      Weights weights = Weights.of(store);
      NDArray both = weights.packedTogether("Q4_K", "Q8_0");
      float[] found = gathered(weights.parameters(both));
      assertArrayEquals(numbers(golden.get("Q4_K")), Arrays.copyOf(found, 1024));
      assertArrayEquals(numbers(golden.get("Q8_0")), Arrays.copyOfRange(found, 1024, 2048));
      NDArray mixed = weights.packedTogether("Q4_K", "F16"); // is kept expanded
      assertEquals(2048, mixed.size());
    }
  }

  /** A change is the rows of ones, times 0.5, and is bound to the weight that it is given. */
  private record Ones(List<NDArray> seen) implements WeightChange {
    @Override
    public NDArray of(NDArray weight, Kernels kernels, NDManager local) {
      seen.add(weight);
      return local.ones(weight.getShape());
    }

    @Override
    public double factor() {
      return 0.5;
    }

    @Override
    public String source() {
      return "the LoRA ones";
    }
  }

  @Test
  void aChangeIsMergedAsTheWeightIsExpanded() throws IOException {
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      List<NDArray> seen = new ArrayList<>();
      try (TensorStore store = store(Map.of("Q5_K", List.of(new Ones(seen))), precision)) {
        Parameters list = Weights.of(store).parameters("Q5_K");
        float[] weight = numbers(golden.get("Q5_K"));
        for (int i = 0; i < weight.length; i++) weight[i] += 0.5f;
        assertArrayEquals(rounded(weight, precision), gathered(list));
        assertArrayEquals(rounded(weight, precision), gathered(list));
        assertEquals(2, seen.size());
      }
    }
  }

  @Test
  void aNetworkThatIsTrainedHoldsNumbers() throws IOException {
    Kernels differentiable = Kernels.differentiable(manager);
    try (TensorStore store =
        new TensorStore(quantised, Map.of(), manager, differentiable, Precision.FLOAT32, 1 << 20)) {
      float[] held = Weights.of(store).packedTensor("Q6_K").toFloatArray();
      assertArrayEquals(numbers(golden.get("Q6_K")), held);
    }
  }

  @Test
  void memoryIsCountedAsItIs() throws IOException {
    try (TensorStore store = store(Map.of(), Precision.FLOAT32)) {
      Weights.of(store).tensor("Q4_0");
      Weights.of(store).tensor("F16");
      assertEquals(2 * 16 * 18 + 4 * 1024, store.bytes());
    }
  }
}
