package sc.fiji.latentdiffusion.schedulers.solvers;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Scheduler;

/**
 * {@link DEIS} with Karras's sigmas over the whole schedule; diffusers' {@code
 * DEISMultistepScheduler} with {@code use_karras_sigmas}.
 *
 * <p>Its last step goes from Karras's last sigma to that of train timestep 0, which are the same.
 * In diffusers it goes nowhere in any case, also as the only step of one, which leaves the noise.
 */
@Plugin(
    type = Scheduler.class,
    name = "deis_k",
    label = "DEIS Karras",
    description =
        "DEIS with sigmas close together where noise is low: Karras et al. 2022, arXiv:2206.00364",
    priority = 2790)
public final class DEISKarras extends DEIS {

  @Override
  boolean karras() {
    return true;
  }
}
