/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * BOFT (Liu et al. 2024, arXiv:2311.06243) of peft, on the layer's inputs, kernel and all: {@code Δ
 * = (W Bᵀ) ∘ s − W}. B is a product of stages, the later on the left, each of which turns blocks of
 * inputs that it has brought together.
 */
@Plugin(type = Algebra.class)
public final class PeftBoft implements Algebra {

  private static final LoraPart R = LoraPart.of("boft_R", "\\.boft_R(?:\\.\\w+)?");
  private static final LoraPart S = LoraPart.of("boft_s", "\\.boft_s(?:\\.\\w+)?");
  private static final int MOST_STAGES = 32;

  @Override
  public String name() {
    return "BOFT of peft";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(R, S);
  }

  @Override
  public List<LoraPart> commonParts() {
    return List.of();
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    long[] r = layer.tensor(R).shape();
    boolean square = r.length == 4 && r[0] > 0 && r[1] > 0 && r[2] > 0 && r[2] == r[3];
    if (square && r[0] <= MOST_STAGES && isDivided(r)) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected boft_R [stages, blocks, size, size]; of more than one stage an even size, and a"
            + " multiple of 2^(stages − 1) blocks");
  }

  private static boolean isDivided(long[] r) {
    return r[0] == 1 || r[2] % 2 == 0 && r[1] % (1L << (r[0] - 1)) == 0;
  }

  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return false;
    long[] r = layer.tensor(R).shape();
    boolean inputs = r[1] * r[2] == weight[1] * weight[2] * weight[3];
    return inputs && layer.tensor(S).elements() == weight[0];
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        factor,
        (weight, at) -> {
          AlgebraKernels kernels = at.kernels();
          NDArray stages = kernels.cayley(kernels.skew(at.read(R), 0).mul(-0.5));
          NDArray turned = turned(kernels, weight, stages);
          return kernels.scaledDifference(turned, at.read(S).reshape(-1, 1), weight);
        });
  }

  /** Stage i, in runs of 2^i blocks: first the even halves of all blocks, then the odd ones. */
  private static NDArray turned(AlgebraKernels kernels, NDArray weight, NDArray stages) {
    NDArray x = weight.reshape(weight.getShape().get(0), -1);
    long half = stages.getShape().get(3) / 2;
    long pairs = 1;
    for (long i = 0; i < stages.getShape().get(0); i++, pairs *= 2) {
      if (i > 0) x = kernels.swappedColumns(x, 2, pairs, half);
      x = kernels.turnedColumns(x, stages.get(i));
      if (i > 0) x = kernels.swappedColumns(x, pairs, 2, half);
    }
    return x;
  }
}
