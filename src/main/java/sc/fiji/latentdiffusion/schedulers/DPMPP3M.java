package sc.fiji.latentdiffusion.schedulers;

import org.scijava.plugin.Plugin;

/**
 * DPM-Solver++ of third order, multistep (Lu et al. 2022, "DPM-Solver++", appendix B); diffusers'
 * {@code DPMSolverMultistepScheduler} with {@code solver_order} 3 and {@code algorithm_type}
 * dpmsolver++.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_3m",
    label = "DPM++ 3M",
    description = "Third-order multistep DPM-Solver++: Lu et al. 2022, arXiv:2211.01095",
    priority = 1800)
public class DPMPP3M extends DPMSolverMultistep {

  @Override
  final int order() {
    return 3;
  }
}
