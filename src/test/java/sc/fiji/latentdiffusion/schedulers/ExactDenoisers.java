/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Denoisers whose outputs have a formula, for proofs without any other software. */
public final class ExactDenoisers {

  /** The predictions of models with betas. */
  public static final Set<Prediction> OF_BETAS =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Prediction.FLOW)));

  private ExactDenoisers() {}

  /** Returns the output that predicts the data x0 for any input. */
  public static double ofData(
      double x0, double input, Evaluation evaluation, Prediction prediction) {
    double alpha = evaluation.level().alpha() * evaluation.inputScale();
    double sigma = evaluation.level().sigma() * evaluation.inputScale();
    double noise = (input - alpha * x0) / sigma;
    return switch (prediction) {
      case EPSILON -> noise;
      case V_PREDICTION -> alpha * noise - sigma * x0;
      case SAMPLE -> x0;
      case FLOW -> noise - x0;
    };
  }

  /**
   * Returns the mean of normally distributed data, given a noisy sample.
   *
   * @param mean of the data
   * @param deviation of the data
   * @param x the sample, not scaled
   * @param level its noise level
   */
  public static double posteriorMean(double mean, double deviation, double x, NoiseLevel level) {
    double alpha = level.alpha();
    double variance = alpha * alpha * deviation * deviation + level.sigma() * level.sigma();
    return mean + alpha * deviation * deviation * (x - alpha * mean) / variance;
  }

  /**
   * Returns the sample to which the probability flow of normally distributed data leads: it keeps
   * its place in the distribution, in units of the standard deviation (Song et al. 2021,
   * "Score-Based Generative Modeling", equation 13).
   */
  public static double flow(
      double mean, double deviation, double x, NoiseLevel from, NoiseLevel to) {
    double place = (x - from.alpha() * mean) / deviation(deviation, from);
    return to.alpha() * mean + place * deviation(deviation, to);
  }

  /** Returns the standard deviation of noisy samples of normally distributed data. */
  public static double deviation(double deviation, NoiseLevel level) {
    return Math.hypot(level.alpha() * deviation, level.sigma());
  }
}
