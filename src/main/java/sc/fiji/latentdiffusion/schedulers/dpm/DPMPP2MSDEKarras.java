package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link DPMPP2MSDE} with Karras's sigmas over the whole schedule; diffusers' {@code
 * DPMSolverMultistepScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_2m_sde_k",
    label = "DPM++ 2M SDE Karras",
    description =
        "DPM++ 2M SDE with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 1690)
public final class DPMPP2MSDEKarras extends DPMPP2MSDE {

  @Override
  boolean karras() {
    return true;
  }
}
