/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Sigmas that were optimised for one model and ten steps, and for other numbers of steps lie
 * between them evenly in the logarithm (Sabour et al. 2024, "Align Your Steps", arXiv:2404.14507);
 * for ten steps diffusers' {@code AysSchedules}. The last of n + 1 sigmas gives way to 0.
 */
@Plugin(type = Sigmas.class, name = AlignYourSteps.NAME, label = "Align Your Steps", priority = -28)
public final class AlignYourSteps extends OwnSigmas {

  /** Their name. */
  public static final String NAME = "ays";

  /** Those of Stable Diffusion 1.5, for models that have none of their own. */
  public static final List<Double> STABLE_DIFFUSION =
      List.of(14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029);

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    requireTimesteps(noise, NAME);
    List<Double> own = noise.alignedSigmas();
    List<Double> found = own.isEmpty() ? STABLE_DIFFUSION : own;
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double at = (double) i * (found.size() - 1) / steps;
      int low = (int) at;
      double from = StrictMath.log(found.get(low));
      double to = StrictMath.log(found.get(low + 1));
      sigmas[i] = StrictMath.exp(from + (to - from) * (at - low));
    }
    return sigmas;
  }
}
