/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.stream.IntStream;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Train timesteps at the quantiles of a beta distribution with both parameters 0.6: ComfyUI's
 * {@code beta}. Those that fall on one timestep are one step, so there may be fewer than are
 * wanted.
 */
@Plugin(type = Sigmas.class, name = "beta_t", label = "Beta timesteps", priority = -22)
public final class BetaTimesteps extends OwnSigmas {

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    double[] table = noise.sigmas();
    return IntStream.range(0, steps)
        .map(i -> (int) Math.rint((table.length - 1) * BetaSigmas.quantile(1 - (double) i / steps)))
        .distinct()
        .mapToDouble(t -> table[t])
        .toArray();
  }
}
