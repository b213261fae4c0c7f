package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link DPMPP3M} with Karras's sigmas over the whole schedule; diffusers' {@code
 * DPMSolverMultistepScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_3m_k",
    label = "DPM++ 3M Karras",
    description =
        "DPM++ 3M with sigmas close together where noise is low: Karras et al. 2022,"
            + " arXiv:2206.00364",
    priority = 1790)
public final class DPMPP3MKarras extends DPMPP3M {

  @Override
  boolean karras() {
    return true;
  }
}
