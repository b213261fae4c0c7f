package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link DPMPP2M} with Karras's sigmas over the whole schedule; diffusers' {@code
 * DPMSolverMultistepScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_2m_k",
    label = "DPM++ 2M Karras",
    description =
        "DPM++ 2M with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 1890)
public final class DPMPP2MKarras extends DPMPP2M {

  @Override
  boolean karras() {
    return true;
  }
}
