package sc.fiji.latentdiffusion.schedulers.solvers;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link LMS} with Karras's sigmas between those of its first and last timestep; diffusers' {@code
 * LMSDiscreteScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "lms_k",
    label = "LMS Karras",
    description =
        "LMS with sigmas close together where noise is low: Karras et al. 2022, arXiv:2206.00364",
    priority = 2690)
public final class LMSKarras extends LMS {

  @Override
  boolean karras() {
    return true;
  }
}
