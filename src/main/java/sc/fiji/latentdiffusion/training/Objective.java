/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;

/**
 * What a model was trained to predict, and is trained to here: its input at a timestep is {@code
 * alpha x0 + sigma ε}, its target {@code ofData x0 + ofNoise ε}.
 */
final class Objective {

  /**
   * The terms of one timestep.
   *
   * @param timestep that the network is told
   * @param alpha of the data in its input
   * @param sigma of the noise in its input
   * @param ofData of the data in the target
   * @param ofNoise of the noise in the target
   * @param weight of its loss
   */
  record Terms(
      double timestep, double alpha, double sigma, double ofData, double ofNoise, double weight) {}

  private final NoiseSchedule noise;
  private final double snr;

  /**
   * @param noise the model's schedule
   * @param snr γ of min-SNR; 0: none
   * @throws IllegalArgumentException if such a schedule can't be trained, or not with min-SNR
   */
  Objective(NoiseSchedule noise, double snr) {
    this.noise = noise;
    this.snr = snr;
    if (!(noise instanceof BetaSchedule) && !(noise instanceof FlowSchedule)) {
      throw new IllegalArgumentException(
          "Models with an EDM schedule can't be trained by this version. Choose another model.");
    }
    if (snr > 0 && noise instanceof FlowSchedule) {
      throw new IllegalArgumentException(
          "snr is for models with β schedules, but this one was trained with flow matching. Set"
              + " snr to 0.");
    }
  }

  /** Returns the number of timesteps T. */
  int timesteps() {
    return noise.trainSteps();
  }

  /**
   * Returns the terms of a timestep.
   *
   * @param index 0 … T − 1
   */
  Terms at(int index) {
    if (noise instanceof BetaSchedule betas) return ofBetas(betas.level(index), index);
    double sigma = noise.sigmas()[index];
    return new Terms(noise.timestep(sigma), 1 - sigma, sigma, -1, 1, 1);
  }

  private Terms ofBetas(NoiseLevel level, int index) {
    double a = level.alpha();
    double s = level.sigma();
    double weight = snr > 0 ? weight(a * a / (s * s)) : 1;
    return switch (noise.prediction()) {
      case EPSILON -> new Terms(index, a, s, 0, 1, weight);
      case V_PREDICTION -> new Terms(index, a, s, -s, a, weight);
      case SAMPLE -> new Terms(index, a, s, 1, 0, weight);
      case FLOW -> throw new IllegalStateException("A β schedule has no flow.");
    };
  }

  /**
   * The min-SNR weight of a step. For ε at zero terminal SNR it is the limit, which diffusers
   * leaves undefined.
   */
  private double weight(double ratio) {
    double least = Math.min(ratio, snr);
    return switch (noise.prediction()) {
      case EPSILON -> ratio == 0 ? 1 : least / ratio;
      case V_PREDICTION -> least / (ratio + 1);
      case SAMPLE, FLOW -> least;
    };
  }

  /** Returns what it predicts, as config.json names it. */
  Prediction prediction() {
    return noise.prediction();
  }
}
