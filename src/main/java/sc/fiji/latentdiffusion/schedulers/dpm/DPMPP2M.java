/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Solver;

/**
 * DPM-Solver++ of second order, multistep (Lu et al. 2022, "DPM-Solver++", algorithm 2); diffusers'
 * {@code DPMSolverMultistepScheduler} with {@code solver_order} 2 and {@code algorithm_type}
 * dpmsolver++.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_2m",
    label = "DPM++ 2M",
    description = "Second-order multistep DPM-Solver++: Lu et al. 2022, arXiv:2211.01095",
    priority = 1900)
public class DPMPP2M extends DPMSolverMultistep {

  @Override
  final int order() {
    return 2;
  }
}
