/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Evenly between the last train timestep and the first, both included, and sigma between train
 * timesteps by its logarithm: ComfyUI's {@code normal}.
 */
@Plugin(type = Sigmas.class, name = "normal", label = "Normal", priority = -24)
public final class NormalSigmas extends OwnSigmas {

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    requireTimesteps(noise, "normal");
    double last = noise.trainSteps() - 1;
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) times[i] = last * (1 - (double) i / Math.max(steps - 1, 1));
    return at(noise, times);
  }

  /** The sigmas at times between train timesteps, by their logarithms. */
  static double[] at(NoiseSchedule noise, double[] times) {
    double[] table = noise.sigmas();
    double[] sigmas = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      int low = Math.max(0, Math.min((int) times[i], table.length - 2));
      double part = times[i] - low;
      double high = StrictMath.log(table[Math.min(low + 1, table.length - 1)]);
      sigmas[i] = StrictMath.exp((1 - part) * StrictMath.log(table[low]) + part * high);
    }
    return sigmas;
  }
}
