package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link DPMPPSDE} with Karras's sigmas between those of its first and last timestep; diffusers'
 * {@code DPMSolverSDEScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_sde_k",
    label = "DPM++ SDE Karras",
    description =
        "DPM++ SDE with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 1590)
public final class DPMPPSDEKarras extends DPMPPSDE {

  @Override
  boolean karras() {
    return true;
  }
}
