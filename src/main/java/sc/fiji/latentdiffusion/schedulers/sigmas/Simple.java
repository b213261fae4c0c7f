/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/** Every so-many-th train timestep from the noisiest on: ComfyUI's {@code simple}. */
@Plugin(type = Sigmas.class, name = "simple", label = "Simple", priority = -23)
public final class Simple extends OwnSigmas {

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    double[] table = noise.sigmas();
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] = table[table.length - 1 - (int) ((long) i * table.length / steps)];
    return sigmas;
  }
}
