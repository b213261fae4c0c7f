/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Every q-th train timestep from 1 on, q the number of train timesteps over that of steps:
 * ComfyUI's {@code ddim_uniform}. There may be more steps than are wanted.
 */
@Plugin(type = Sigmas.class, name = "ddim_uniform", label = "DDIM uniform", priority = -26)
public final class DdimUniform extends OwnSigmas {

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    requireTimesteps(noise, "ddim_uniform");
    double[] table = noise.sigmas();
    int stride = Math.max(table.length / steps, 1);
    int count = Math.max((table.length - 2) / stride + 1, 1);
    double[] sigmas = new double[count];
    for (int i = 0; i < count; i++) {
      int timestep = Math.min(1 + (count - 1 - i) * stride, table.length - 1);
      sigmas[i] = table[timestep];
    }
    return sigmas;
  }
}
