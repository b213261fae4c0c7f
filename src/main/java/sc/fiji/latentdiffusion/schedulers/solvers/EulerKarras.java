package sc.fiji.latentdiffusion.schedulers.solvers;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link Euler} with Karras's sigmas between those of its first and last timestep; diffusers'
 * {@code EulerDiscreteScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "euler_k",
    label = "Euler Karras",
    description =
        "Euler with sigmas close together where noise is low: Karras et al. 2022, arXiv:2206.00364",
    priority = 2390)
public final class EulerKarras extends Euler {

  @Override
  boolean karras() {
    return true;
  }
}
