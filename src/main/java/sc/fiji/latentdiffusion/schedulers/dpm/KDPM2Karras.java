package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link KDPM2} with Karras's sigmas between those of its first and last timestep; diffusers'
 * {@code KDPM2DiscreteScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "kdpm_2_k",
    label = "KDPM 2 Karras",
    description =
        "KDPM 2 with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 2190)
public final class KDPM2Karras extends KDPM2 {

  @Override
  boolean karras() {
    return true;
  }
}
