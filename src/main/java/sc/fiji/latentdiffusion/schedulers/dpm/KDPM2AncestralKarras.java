package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link KDPM2Ancestral} with Karras's sigmas between those of its first and last timestep;
 * diffusers' {@code KDPM2AncestralDiscreteScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "kdpm_2_a_k",
    label = "KDPM 2 Ancestral Karras",
    description =
        "KDPM 2 Ancestral with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 2090)
public final class KDPM2AncestralKarras extends KDPM2Ancestral {

  @Override
  boolean karras() {
    return true;
  }
}
