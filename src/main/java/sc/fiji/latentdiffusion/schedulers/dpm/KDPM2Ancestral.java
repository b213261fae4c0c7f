/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Solver;

/**
 * {@link KDPM2} to a lower sigma than the next, and fresh noise up to it (k-diffusion's {@code
 * sample_dpm_2_ancestral} with η = 1); diffusers' {@code KDPM2AncestralDiscreteScheduler}.
 */
@Plugin(
    type = Solver.class,
    name = "kdpm_2_a",
    label = "KDPM 2 Ancestral",
    description = "KDPM 2 with fresh noise at every step: Lu et al. 2022, arXiv:2206.00927",
    priority = 2100)
public class KDPM2Ancestral extends KDPM2 {

  @Override
  final boolean ancestral() {
    return true;
  }
}
