package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Steps;

/** The sigmas at the timesteps where the model's config puts the steps. */
@Plugin(type = Sigmas.class)
public final class ConfigSigmas implements Sigmas {

  @Override
  public Steps steps(NoiseSchedule noise, Counting counting, int steps, double end) {
    return Steps.ofTimesteps(noise, noise.timesteps(counting, steps), end);
  }

  @Override
  public boolean followConfig() {
    return true;
  }
}
