/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.List;
import java.util.function.Function;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/** Reads a model's noise schedule from its {@code scheduler_config.json}. */
public final class NoiseSchedules {

  private NoiseSchedules() {}

  /**
   * The noise schedule of a config.
   *
   * @param config the whole {@code scheduler_config.json}
   * @return the schedule
   * @throws IllegalArgumentException if a value has the wrong kind, is unknown or is not supported;
   *     the message names the key and the value
   */
  public static NoiseSchedule of(Config config) {
    return of(config, BetaSchedule::of);
  }

  /**
   * As {@link #of}, for a model for which the best sigmas of few steps were found.
   *
   * @param alignedSigmas descending, the last one for the end
   */
  public static NoiseSchedule of(Config config, List<Double> alignedSigmas) {
    return of(config, known -> BetaSchedule.of(known).withAlignedSigmas(alignedSigmas));
  }

  /** As {@link #of}, for a model of pixels. */
  public static NoiseSchedule ofPixels(Config config) {
    return of(config, BetaSchedule::ofPixels);
  }

  private static NoiseSchedule of(Config config, Function<Config, BetaSchedule> betas) {
    String name = config.text("_class_name", "");
    if (name.startsWith("EDM")) return EDMSchedule.of(config);
    return name.startsWith("FlowMatch") ? FlowSchedule.of(config) : betas.apply(config);
  }
}
