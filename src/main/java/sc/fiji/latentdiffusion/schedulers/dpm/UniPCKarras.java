package sc.fiji.latentdiffusion.schedulers.dpm;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link UniPC} with Karras's sigmas over the whole schedule; diffusers' {@code
 * UniPCMultistepScheduler} with {@code use_karras_sigmas}.
 */
@Plugin(
    type = Scheduler.class,
    name = "unipc_k",
    label = "UniPC Karras",
    description =
        "UniPC with sigmas close together where noise is low: Karras et al. 2022, arXiv:2206.00364",
    priority = 1490)
public final class UniPCKarras extends UniPC {

  @Override
  boolean karras() {
    return true;
  }
}
