/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Solver;

/**
 * SDE-DPM-Solver++ of second order, multistep (Lu et al. 2022, "DPM-Solver++", section 5): fresh
 * noise at every step; diffusers' {@code DPMSolverMultistepScheduler} with {@code solver_order} 2
 * and {@code algorithm_type} sde-dpmsolver++.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_2m_sde",
    label = "DPM++ 2M SDE",
    description = "DPM++ 2M with fresh noise at every step: Lu et al. 2022, arXiv:2211.01095",
    priority = 1700)
public class DPMPP2MSDE extends DPMSolverMultistep {

  @Override
  final int order() {
    return 2;
  }

  @Override
  final boolean stochastic() {
    return true;
  }
}
