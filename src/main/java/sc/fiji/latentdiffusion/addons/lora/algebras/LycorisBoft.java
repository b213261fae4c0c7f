/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * BOFT (Liu et al. 2024, arXiv:2311.06243) of LyCORIS, on the layer's outputs: stages of rotations
 * one after another, between which the outputs change their places as in a fast Fourier transform.
 * A LoRA's weight w makes each R of a stage {@code wR + 1 − w}.
 */
@Plugin(type = Algebra.class)
public final class LycorisBoft extends LycorisRotation {

  private static final int MOST_STAGES = 32;

  @Override
  public String name() {
    return "BOFT";
  }

  @Override
  int dimensions() {
    return 4;
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    super.requireFittingParts(layer);
    long[] blocks = layer.tensor(BLOCKS).shape();
    long stages = blocks[0];
    boolean divides =
        stages > 0
            && stages <= MOST_STAGES
            && blocks[3] % 2 == 0
            && outputs(blocks) % (blocks[3] << (stages - 1)) == 0;
    if (divides) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected [stages, count, size, size] with an even size, of which size · 2^(stages − 1)"
            + " divides the outputs");
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        1,
        (weight, at) -> {
          NDArray stages = at.kernels().partOf(rotations(at, target), factor);
          return difference(at, turned(at.kernels(), weight, stages), weight);
        });
  }

  private static NDArray turned(AlgebraKernels kernels, NDArray weight, NDArray stages) {
    NDArray x = weight.reshape(weight.getShape().get(0), -1);
    long run = stages.getShape().get(3) / 2;
    for (long i = 0; i < stages.getShape().get(0); i++, run *= 2) {
      NDArray apart = kernels.swappedRows(x, 2, run);
      x = kernels.swappedRows(kernels.turnedRows(apart, stages.get(i)), run, 2);
    }
    return x;
  }
}
