package sc.fiji.latentdiffusion.schedulers.solvers;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link Heun} with Karras's sigmas between those of its first and last timestep; diffusers' {@code
 * HeunDiscreteScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "heun_k",
    label = "Heun Karras",
    description =
        "Heun with sigmas close together where noise is low: Karras et al. 2022, arXiv:2206.00364",
    priority = 2490)
public final class HeunKarras extends Heun {

  @Override
  boolean karras() {
    return true;
  }
}
