/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.Optional;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.settings.Config;

/** The sigmas at the timesteps where the model's config puts the steps. */
@Plugin(type = Sigmas.class, name = ConfigSigmas.NAME)
public final class ConfigSigmas implements Sigmas {

  /** Their name. */
  public static final String NAME = "model";

  /**
   * The sigmas that a config asks for where it should place the steps.
   *
   * @param sigmas of the scheduler
   * @param config with diffusers' {@code use_exponential_sigmas}, {@code use_beta_sigmas} or {@code
   *     use_lu_lambdas}
   * @return the scheduler's own unless they follow the config
   */
  public static Sigmas asked(Sigmas sigmas, Config config) {
    if (!sigmas.followConfig()) return sigmas;
    if (config.flag("use_lu_lambdas", false)) return new Exponential(Math::rint);
    if (config.flag("use_exponential_sigmas", false)) return new Exponential();
    return config.flag("use_beta_sigmas", false) ? new BetaSigmas() : sigmas;
  }

  @Override
  public Steps steps(NoiseSchedule noise, Counting counting, int steps, double end) {
    return Steps.ofTimesteps(noise, noise.timesteps(counting, steps), end);
  }

  @Override
  public Optional<String> suffix() {
    return Optional.of("");
  }

  @Override
  public boolean followConfig() {
    return true;
  }
}
