/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Solver;

/**
 * DPM-Solver++ with slope and curvature of x̂0 from the last three evaluations, multistep (Lu et
 * al. 2022, "DPM-Solver++", appendix B); diffusers' {@code DPMSolverMultistepScheduler} with {@code
 * solver_order} 3 and {@code algorithm_type} dpmsolver++.
 *
 * <p>Meant to be of third order, it is of second: its paper's code, k-diffusion and diffusers weigh
 * the curvature half as much as the integral says, and so does this, to agree with them. Twice the
 * steps make the error a quarter, and of equal steps it is less than a quarter of {@link
 * DPMPP2M}'s.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_3m",
    label = "DPM++ 3M",
    description = "DPM-Solver++ over three evaluations: Lu et al. 2022, arXiv:2211.01095",
    priority = 1800)
public class DPMPP3M extends DPMSolverMultistep {

  @Override
  final int order() {
    return 3;
  }
}
