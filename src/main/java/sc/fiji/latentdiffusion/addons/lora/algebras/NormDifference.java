/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;

/** The difference of a norm of LyCORIS: Δ of its weight, and Δ of its bias. */
@Plugin(type = Algebra.class)
public final class NormDifference extends Difference {

  /** Finds the tensors. */
  public NormDifference() {
    super(LoraPart.of("w_norm", "\\.w_norm"), LoraPart.of("b_norm", "\\.b_norm"));
  }

  @Override
  public String name() {
    return "difference of a norm";
  }
}
