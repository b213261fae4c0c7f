/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;

/**
 * What OFT and BOFT of LyCORIS and of kohya's scripts have in common: blocks that turn a layer's
 * outputs, and a number for each output. Their alpha is no scale: times the layer's outputs it is
 * the largest norm that {@code Q = B − Bᵀ} may have over all blocks.
 */
abstract class LycorisRotation implements Algebra {

  static final LoraPart BLOCKS = LoraPart.of("oft_blocks", "\\.oft_blocks");
  private static final LoraPart RESCALE = LoraPart.of("rescale", "\\.rescale");

  /** Returns the dimensions of the blocks, the last three of which are their number and size. */
  abstract int dimensions();

  /** Returns the layer's outputs that the blocks turn. */
  static long outputs(long[] blocks) {
    return blocks[blocks.length - 3] * blocks[blocks.length - 1];
  }

  @Override
  public final List<LoraPart> parts() {
    return List.of(BLOCKS, RESCALE);
  }

  @Override
  public final List<LoraPart> commonParts() {
    return List.of(LoraPart.ALPHA);
  }

  @Override
  public final Optional<LoraPart> missing(Set<LoraPart> present) {
    return present.contains(BLOCKS) ? Optional.empty() : Optional.of(BLOCKS);
  }

  @Override
  public final boolean reads(LoraLayer layer) {
    return !layer.has(BLOCKS) || layer.tensor(BLOCKS).shape().length == dimensions();
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    long[] blocks = layer.tensor(BLOCKS).shape();
    boolean square = blocks[blocks.length - 1] == blocks[blocks.length - 2];
    boolean rescaled = !layer.has(RESCALE) || layer.tensor(RESCALE).elements() == outputs(blocks);
    if (square && outputs(blocks) > 0 && rescaled) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected square blocks [count, size, size], and a rescale of as many outputs as they"
            + " turn");
  }

  @Override
  public final boolean fits(LoraLayer layer, long[] weight) throws IOException {
    return weight.length > 1 && outputs(layer.tensor(BLOCKS).shape()) == weight[0];
  }

  /** Returns the rotation of each block. */
  static NDArray rotations(Formula.Reading at, LoraTarget target) throws IOException {
    double limit = at.layer().alpha(0) * outputs(at.layer().tensor(BLOCKS).shape());
    AlgebraKernels kernels = at.kernels();
    return kernels.cayley(kernels.skew(at.read(BLOCKS), limit));
  }

  /** Returns {@code rescale · x − w}. */
  static NDArray difference(Formula.Reading at, NDArray x, NDArray w) throws IOException {
    if (!at.layer().has(RESCALE)) {
      return at.kernels().scaledDifference(x, at.local().create(1f), w);
    }
    NDArray rescale = at.read(RESCALE);
    return at.kernels().scaledDifference(x, rescale.reshape(-1, 1), w);
  }
}
