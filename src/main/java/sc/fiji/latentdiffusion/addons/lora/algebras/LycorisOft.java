/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraTarget;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * OFT (Qiu et al. 2023, arXiv:2306.07280) of LyCORIS and kohya's scripts, on the layer's outputs:
 * {@code Δ = rescale · diag(R)ᵀ W − W} with {@code R = (1 + Q)(1 − Q)⁻¹}.
 */
@Plugin(type = Algebra.class)
public final class LycorisOft extends LycorisRotation {

  @Override
  public String name() {
    return "OFT";
  }

  @Override
  int dimensions() {
    return 3;
  }

  /** With the sign of Q the other way round, R is its transpose. */
  @Override
  public WeightChange change(LoraLayer layer, LoraTarget target, double factor) {
    return new Formula(
        layer,
        factor,
        (weight, at) -> {
          var turned = at.kernels().turnedRows(weight, rotations(at, target).transpose(0, 2, 1));
          return difference(at, turned, weight);
        });
  }
}
