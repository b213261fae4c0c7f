/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.function.DoubleUnaryOperator;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Refusal;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Steps;

/**
 * Sigmas of a rule that knows no solver. The network is told the time of each sigma: for solvers
 * that count points as it is, for others whole, where training knew whole times only.
 */
abstract class OwnSigmas implements Sigmas {

  private final DoubleUnaryOperator rounding;

  /** Whole times are the nearest. */
  OwnSigmas() {
    this(Math::rint);
  }

  /**
   * @param rounding from a time to a whole one
   */
  OwnSigmas(DoubleUnaryOperator rounding) {
    this.rounding = rounding;
  }

  /**
   * The sigmas at which steps start.
   *
   * @param steps the number of steps that is wanted
   * @return descending
   */
  abstract double[] sigmas(NoiseSchedule noise, Counting counting, int steps);

  @Override
  public final Steps steps(NoiseSchedule noise, Counting counting, int steps, double end) {
    Steps found = Steps.ofSigmas(noise, sigmas(noise, counting, steps), end);
    return counting == Counting.POINTS
        ? found.withTimesteps(t -> (float) t)
        : found.rounded(noise, rounding);
  }

  /**
   * Refuses models that were trained over all times.
   *
   * @param name of these sigmas
   */
  static void requireTimesteps(NoiseSchedule noise, String name) {
    if (noise.hasWholeTimesteps()) return;
    throw new Refusal(
        "can't take spacing="
            + name
            + ": it is for models with train timesteps, and this one was trained over all times."
            + " Choose model, karras, exponential, beta or simple.");
  }
}
