/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.lora.Algebra;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;

/** A full difference: Δ of the weight, and Δ of the bias. */
@Plugin(type = Algebra.class)
public final class FullDifference extends Difference {

  /** Finds the tensors. */
  public FullDifference() {
    super(LoraPart.of("diff", "\\.diff"), LoraPart.of("diff_b", "\\.diff_b"));
  }

  @Override
  public String name() {
    return "full difference";
  }
}
