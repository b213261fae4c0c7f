/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Evenly from the last train timestep down, without the first: ComfyUI's {@code sgm_uniform}, after
 * Stability AI's generative models.
 */
@Plugin(type = Sigmas.class, name = "sgm_uniform", label = "SGM uniform", priority = -25)
public final class SgmUniform extends OwnSigmas {

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    requireTimesteps(noise, "sgm_uniform");
    double last = noise.trainSteps() - 1;
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) times[i] = last * (1 - (double) i / steps);
    return NormalSigmas.at(noise, times);
  }
}
