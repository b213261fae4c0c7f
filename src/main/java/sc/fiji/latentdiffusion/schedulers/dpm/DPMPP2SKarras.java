package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link DPMPP2S} with Karras's sigmas over the whole schedule; diffusers' {@code
 * DPMSolverSinglestepScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_2s_k",
    label = "DPM++ 2S Karras",
    description =
        "DPM++ 2S with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 1990)
public final class DPMPP2SKarras extends DPMPP2S {

  @Override
  boolean karras() {
    return true;
  }
}
