/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.Optional;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Steps;

/**
 * Sigmas that lie close together where there is little noise (Karras et al. 2022, "Elucidating the
 * Design Space of Diffusion-Based Generative Models", equation 5, ρ = 7); diffusers' {@code
 * use_karras_sigmas}.
 *
 * <p>Solvers that count points have them between the first and the last sigma of the config's
 * spacing, solvers that count intervals over the whole noise schedule; {@code sigma_min} and {@code
 * sigma_max} of the config replace these bounds.
 */
@Plugin(
    type = Sigmas.class,
    name = "karras",
    label = "Karras",
    description =
        "with sigmas close together where noise is low: Karras et al. 2022, arXiv:2206.00364",
    priority = -10)
public final class Karras implements Sigmas {

  private static final double RHO = 7;

  @Override
  public Steps steps(NoiseSchedule noise, Counting counting, int steps, double end) {
    Steps found = Steps.ofSigmas(noise, between(noise.bounds(counting, steps), steps), end);
    return counting == Counting.POINTS ? found.withTimesteps(t -> (float) t) : found;
  }

  @Override
  public Optional<String> suffix() {
    return Optional.of("k");
  }

  @Override
  public double last(NoiseSchedule noise) {
    return noise.bounds(Counting.INTERVALS, 1).last();
  }

  /**
   * Sigmas between two bounds.
   *
   * @param bounds the first and the last sigma
   * @param steps the number of sigmas; one is the first bound
   * @return the sigmas, descending
   */
  public static double[] between(Bounds bounds, int steps) {
    double from = StrictMath.pow(bounds.first(), 1 / RHO);
    double to = StrictMath.pow(bounds.last(), 1 / RHO);
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double ramp = (double) i / Math.max(steps - 1, 1);
      sigmas[i] = StrictMath.pow(from + ramp * (to - from), RHO);
    }
    return sigmas;
  }
}
