/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Random;

/** Data that are one point: a perfect denoiser knows them, and every right run ends there. */
public final class OnePoint {

  /** The point. */
  public static final double X0 = 0.7;

  /** The first noise of a run. */
  public static final double NOISE = -1.3;

  private OnePoint() {}

  /** Returns where a run ends, with a perfect denoiser and any further noise. */
  public static double run(Plan plan, Prediction prediction) {
    Random random = new Random(5);
    return Runner.run(
        plan,
        X0,
        NOISE,
        (input, evaluation) -> ExactDenoisers.ofData(X0, input, evaluation, prediction),
        evaluation -> random.nextGaussian());
  }
}
