/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.function.DoubleUnaryOperator;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.Sigmas;

/**
 * Sigmas evenly in their logarithm; diffusers' {@code use_exponential_sigmas}, k-diffusion's {@code
 * get_sigmas_exponential}. diffusers cuts the times of solvers that count intervals.
 */
@Plugin(type = Sigmas.class, name = "exponential", label = "Exponential", priority = -20)
public final class Exponential extends OwnSigmas {

  /** As diffusers' {@code use_exponential_sigmas}. */
  public Exponential() {
    this(Math::floor);
  }

  Exponential(DoubleUnaryOperator rounding) {
    super(rounding);
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
    double from = StrictMath.log(bounds.first());
    double to = StrictMath.log(bounds.last());
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] = StrictMath.exp(from + (to - from) * i / Math.max(steps - 1, 1));
    return sigmas;
  }

  @Override
  public double last(NoiseSchedule noise) {
    return noise.bounds(Counting.INTERVALS, 1).last();
  }
}
