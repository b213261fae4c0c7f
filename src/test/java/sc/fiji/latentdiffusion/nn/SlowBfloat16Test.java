/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.models.unet.UNetKernels;
import sc.fiji.latentdiffusion.nn.layers.LayerKernels;

/** Compares bfloat16 kernels that multiply in float32 with kernels in float32. */
class SlowBfloat16Test {

  /**
   * Bound of the error's root mean square, relative to the result's; bfloat16 rounds by up to 0.4
   * %.
   */
  private static final double BOUND = 0.006;

  @PyTorch private NDManager manager;
  private Kernels slow;
  private Kernels exact;

  @BeforeEach
  void loadKernels() throws IOException {
    slow = Kernels.slowInBfloat16(manager);
    exact = new Kernels(manager, true);
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "PyTorch has oneDNN");
    assumeTrue(slow.packs(Precision.BFLOAT16), "this processor knows bfloat16");
  }

  /**
   * The first two sizes use fewer products; the last has so few pixels that columns are multiplied.
   */
  @ParameterizedTest
  @CsvSource({"128, 192, 48, 48", "160, 128, 33, 31", "192, 640, 7, 9"})
  void aBlockIsNearlyThatOfFloat32(int inputs, int outputs, int height, int width) {
    NDArray x = rounded(numbers(2, inputs, height, width));
    List<NDArray> w = resnet(inputs, outputs);
    List<NDArray> laidOut = w.stream().map(this::packed).toList();
    assertClose(
        new LayerKernels(exact).resnet(x, new Parameters(w), 32, 1e-6),
        new LayerKernels(slow).resnet(narrow(x), new Parameters(laidOut), 32, 1e-6));
  }

  @Test
  void aBlockInTheMemoryOfItsInputIsNearlyThatOfFloat32() {
    NDArray x = rounded(numbers(1, 256, 66, 64));
    List<NDArray> w = resnet(256, 128);
    List<NDArray> laidOut = w.stream().map(this::packed).toList();
    NDArray expected = new LayerKernels(exact).resnet(x, new Parameters(w), 32, 1e-6);
    assertClose(
        expected, new LayerKernels(slow).resnetOver(narrow(x), new Parameters(laidOut), 32, 1e-6));
  }

  @ParameterizedTest
  @CsvSource({"24, 20", "23, 20"})
  void anEnlargementIsNearlyThatOfFloat32(int height, int width) {
    NDArray x = rounded(numbers(2, 128, 12, 10));
    NDArray w = rounded(numbers(128, 128, 3, 3).mul(0.03));
    NDArray b = rounded(numbers(128));
    NDArray laidOut = slow.operators().packUpsample(manager, narrow(w));
    assertClose(
        new LayerKernels(exact).upsample(x, new Parameters(List.of(w, b)), height, width),
        new LayerKernels(slow)
            .upsample(narrow(x), new Parameters(List.of(laidOut, narrow(b))), height, width));
  }

  /** 600 rows are multiplied in float32; 100 are so few that they are multiplied in bfloat16. */
  @ParameterizedTest
  @CsvSource({"300, 0.006", "50, 0.02"})
  void aTransformerBlockIsNearlyThatOfFloat32(int tokens, double bound) {
    int c = 64;
    NDArray x = rounded(numbers(2, tokens, c));
    NDArray seen = rounded(numbers(2, 77, 2 * c));
    List<NDArray> norms = IntStream.range(0, 6).mapToObj(i -> rounded(numbers(c))).toList();
    List<NDArray> self = List.of(matrix(3 * c, c), matrix(c, c), rounded(numbers(c)));
    List<NDArray> cross = List.of(matrix(c, c), matrix(c, c), rounded(numbers(c)));
    List<NDArray> ff =
        List.of(
            matrix(4 * c, c),
            rounded(numbers(4 * c)),
            matrix(4 * c, c),
            rounded(numbers(4 * c)),
            matrix(c, 4 * c),
            rounded(numbers(c)));
    NDArray expected = block(exact, x, seen, List.of(norms, self, cross, ff), t -> t);
    NDArray found =
        block(slow, narrow(x), narrow(seen), List.of(norms, self, cross, ff), this::packed);
    assertClose(expected, found, bound);
  }

  private NDArray block(
      Kernels kernels,
      NDArray x,
      NDArray seen,
      List<List<NDArray>> lists,
      UnaryOperator<NDArray> layout) {
    List<Parameters> w =
        lists.stream().map(list -> new Parameters(list.stream().map(layout).toList())).toList();
    return new UNetKernels(kernels)
        .transformerBlock(x, seen, w.get(0), w.get(1), w.get(2), w.get(3), 4, false);
  }

  private List<NDArray> resnet(int inputs, int outputs) {
    return List.of(
        rounded(numbers(inputs)),
        rounded(numbers(inputs)),
        rounded(numbers(outputs, inputs, 3, 3).mul(0.03)),
        rounded(numbers(outputs)),
        rounded(numbers(outputs)),
        rounded(numbers(outputs)),
        rounded(numbers(outputs, outputs, 3, 3).mul(0.03)),
        rounded(numbers(outputs)),
        rounded(numbers(outputs, inputs, 1, 1).mul(0.1)),
        rounded(numbers(outputs)));
  }

  private NDArray matrix(int rows, int columns) {
    return rounded(numbers(rows, columns).mul(1 / Math.sqrt(columns)));
  }

  private NDArray numbers(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  /** Returns a weight in bfloat16, laid out for the kernels. */
  private NDArray packed(NDArray w) {
    NDArray narrow = narrow(w);
    return switch (w.getShape().dimension()) {
      case 4 -> slow.operators().packConv(manager, narrow, 1);
      case 2 -> slow.operators().packLinear(manager, narrow);
      default -> narrow;
    };
  }

  private NDArray narrow(NDArray x) {
    NDArray cast = narrowed(x);
    return x.getShape().dimension() == 4 ? slow.tensors().laidOutChannelsLast(manager, cast) : cast;
  }

  private NDArray narrowed(NDArray x) {
    return slow.tensors().cast(manager, x, Precision.BFLOAT16);
  }

  /** Rounds to the nearest numbers of bfloat16; the result is float32. */
  private NDArray rounded(NDArray x) {
    NDArray wide = slow.tensors().cast(manager, narrowed(x), Precision.FLOAT32);
    return x.getShape().dimension() == 4 ? slow.tensors().laidOutChannelsLast(manager, wide) : wide;
  }

  private void assertClose(NDArray expected, NDArray found) {
    assertClose(expected, found, BOUND);
  }

  private void assertClose(NDArray expected, NDArray found, double bound) {
    assertEquals(expected.getShape(), found.getShape());
    NDArray wide = slow.tensors().cast(manager, found, Precision.FLOAT32);
    double error = wide.sub(expected).square().mean().getFloat();
    double size = expected.square().mean().getFloat();
    double relative = Math.sqrt(error / size);
    assertTrue(relative > 0 && relative < bound, "relative rms error " + relative);
  }
}
