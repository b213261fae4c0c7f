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
import sc.fiji.latentdiffusion.settings.Config;

/**
 * OFT (Qiu et al. 2023, arXiv:2306.07280) of peft, on the layer's inputs, kernel and all: {@code Δ
 * = W diag(R)ᵀ − W}. The file holds what stands above the diagonal of each skew-symmetric S; R is
 * {@code (1 − S)(1 + S)⁻¹}, or a series if the settings say so.
 */
@Plugin(type = Algebra.class)
public final class PeftOft implements Algebra {

  private static final LoraPart R = LoraPart.of("oft_R.weight", "\\.oft_R(?:\\.\\w+)?\\.weight");

  private static final int TERMS = 5;
  private static final int MOST_TERMS = 1000;
  private static final double EPS = 6e-5;

  @Override
  public String name() {
    return "OFT of peft";
  }

  @Override
  public List<LoraPart> parts() {
    return List.of(R);
  }

  @Override
  public List<LoraPart> commonParts() {
    return List.of();
  }

  /** Returns the size of a block, b of {@code b (b − 1) / 2} numbers; 0 if there is none. */
  private static long size(LoraLayer layer) {
    long[] triangles = layer.tensor(R).shape();
    if (triangles.length != 2 || triangles[0] < 1) return 0;
    long size = Math.round((1 + Math.sqrt(1 + 8.0 * triangles[1])) / 2);
    return size > 1 && size * (size - 1) / 2 == triangles[1] ? size : 0;
  }

  @Override
  public void requireFittingParts(LoraLayer layer) throws IOException {
    if (size(layer) > 0) return;
    throw layer.refused(
        "has " + layer.shapes(),
        "expected [blocks, n], n being size · (size − 1) / 2 of blocks of one size");
  }

  /** One block turns all inputs if it is shared. */
  @Override
  public boolean fits(LoraLayer layer, long[] weight) throws IOException {
    if (weight.length == 1) return false;
    long inputs = weight[1] * weight[2] * weight[3];
    long blocks = layer.tensor(R).shape()[0];
    boolean isShared = blocks == 1 && layer.settings().config().flag("block_share", false);
    return isShared ? inputs % size(layer) == 0 : blocks * size(layer) == inputs;
  }

  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    Config settings = layer.settings().config();
    boolean isProjected = settings.flag("coft", false);
    double eps = settings.number("eps", EPS);
    boolean isSeries = settings.flag("use_cayley_neumann", false);
    int terms = settings.integer("num_cayley_neumann_terms", TERMS, 1, MOST_TERMS);
    return new Formula(
        layer,
        factor,
        (weight, at) -> {
          AlgebraKernels kernels = at.kernels();
          NDArray s = kernels.skewOfTriangle(at.read(R), size(layer));
          if (isProjected) s = kernels.within(s, eps / Math.sqrt(s.getShape().get(0)));
          NDArray r = isSeries ? series(kernels, s, terms) : kernels.cayley(s.neg());
          NDArray one = at.local().create(1f);
          return kernels.scaledDifference(kernels.turnedColumns(weight, r), one, weight);
        });
  }

  /** peft's series of 3 terms has 4, and its series of 2 has no half last one. */
  private static NDArray series(AlgebraKernels kernels, NDArray s, int terms) {
    if (terms == 1) return kernels.partOf(s, 0);
    if (terms == 2) return kernels.cayleySeries(s.mul(2), 1);
    return kernels.cayleySeries(s, Math.max(terms, 4) - 1);
  }
}
