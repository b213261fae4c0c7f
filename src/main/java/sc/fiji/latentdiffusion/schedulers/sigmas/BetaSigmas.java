/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Sigmas at the quantiles of a beta distribution with both parameters 0.6, which lie close together
 * at either end (Lee et al. 2024, "Beta Sampling is All You Need", arXiv:2407.12173); diffusers'
 * {@code use_beta_sigmas}, which cuts the times of solvers that count intervals.
 */
@Plugin(type = Sigmas.class, name = "beta", label = "Beta", priority = -21)
public final class BetaSigmas extends OwnSigmas {

  private static final double PARAMETER = 0.6;

  private static final double ACCURACY = 1e-12;

  /** As diffusers' {@code use_beta_sigmas}. */
  public BetaSigmas() {
    super(Math::floor);
  }

  @Override
  double[] sigmas(NoiseSchedule noise, Counting counting, int steps) {
    return between(noise.bounds(counting, steps), steps);
  }

  /**
   * Sigmas between two bounds.
   *
   * @param bounds the first and the last sigma
   * @param steps the number of sigmas; one is the first bound
   * @return the sigmas, descending
   */
  public static double[] between(Bounds bounds, int steps) {
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double part = quantile(1 - (double) i / Math.max(steps - 1, 1));
      sigmas[i] = bounds.last() + (bounds.first() - bounds.last()) * part;
    }
    return sigmas;
  }

  /**
   * Inverts the regularized incomplete beta function.
   *
   * @param part 0…1
   * @return 0…1
   */
  static double quantile(double part) {
    return Distribution.BETA.inverseCumulativeProbability(part);
  }

  /** Loaded when it is used, so that without the library all other sigmas work. */
  private static final class Distribution {

    static final BetaDistribution BETA = new BetaDistribution(null, PARAMETER, PARAMETER, ACCURACY);
  }

  @Override
  public double last(NoiseSchedule noise) {
    return noise.bounds(Counting.INTERVALS, 1).last();
  }
}
