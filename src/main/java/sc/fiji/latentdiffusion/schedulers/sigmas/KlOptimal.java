/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Evenly in the angle whose tangent is sigma (Sabour et al. 2024, "Align Your Steps",
 * arXiv:2404.14507, appendix B): ComfyUI's {@code kl_optimal}.
 */
@Plugin(type = Sigmas.class, name = "kl_optimal", label = "KL optimal", priority = -27)
public final class KlOptimal extends OwnSigmas {

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    requireTimesteps(noise, "kl_optimal");
    Bounds bounds = noise.bounds(counting, steps);
    double from = StrictMath.atan(bounds.first());
    double to = StrictMath.atan(bounds.last());
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double part = (double) i / Math.max(steps - 1, 1);
      sigmas[i] = StrictMath.tan(part * to + (1 - part) * from);
    }
    return sigmas;
  }

  @Override
  public double last(NoiseSchedule noise) {
    return noise.bounds(Counting.INTERVALS, 1).last();
  }
}
