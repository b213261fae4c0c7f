/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.sigmas.Exponential;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The noise schedule of models trained over all sigmas between two bounds (Karras et al. 2022,
 * "EDM", table 1), as CosXL: {@code x = data + sigma · noise}, the network sees {@code x / √(sigma²
 * + 1)}, is told the time {@code ln(sigma) / 4} and predicts the velocity: x̂0 = x / (sigma² + 1) −
 * sigma / √(sigma² + 1) · output. diffusers' {@code EDMEulerScheduler} and {@code
 * EDMDPMSolverMultistepScheduler} with {@code sigma_data} 1 and {@code v_prediction}; other values
 * of these are refused. Immutable.
 *
 * <p>The steps of a run lie between {@code sigma_max} and {@code sigma_min}, both included: as
 * Karras places them, or evenly in the logarithm of sigma where {@code sigma_schedule} is
 * exponential. A run of one step starts at sigma_max; diffusers' exponential one starts at
 * sigma_min, with the noise of sigma_max.
 */
public final class EDMSchedule implements NoiseSchedule {

  private static final double TIME = 0.25;

  private final Config config;
  private final Bounds bounds;
  private final boolean exponential;
  private final Prediction prediction;

  private EDMSchedule(Config config) {
    this.config = config;
    trainSteps(); // refuses a wrong number
    bounds = new Bounds(config.number("sigma_max", 80), config.number("sigma_min", 0.002));
    requireBounds();
    require("sigma_data", 0.5, 1);
    require("rho", 7, 7);
    exponential =
        config
            .choice("sigma_schedule", "karras", List.of("karras", "exponential"))
            .equals("exponential");
    prediction =
        Prediction.of(
            config.text("prediction_type", Prediction.EPSILON.toString()),
            EnumSet.of(Prediction.V_PREDICTION));
  }

  private void requireBounds() {
    if (bounds.last() > 0 && bounds.first() > bounds.last() && bounds.first() <= Float.MAX_VALUE)
      return;
    throw config.wrong(
        "sigma_min, sigma_max",
        "finite numbers above 0, the second above the first",
        List.of(bounds.last(), bounds.first()));
  }

  private void require(String key, double absent, double expected) {
    double found = config.number(key, absent);
    if (found != expected)
      throw config.wrong(key, expected + " for EDM, as others are not supported", found);
  }

  /**
   * The schedule of a config.
   *
   * @param config the whole {@code scheduler_config.json}
   * @return the schedule
   * @throws IllegalArgumentException if a value has the wrong kind, is out of range or is not
   *     supported; the message names the key and the value
   */
  public static EDMSchedule of(Config config) {
    return new EDMSchedule(config);
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Prediction prediction() {
    return prediction;
  }

  /** As many as there are train timesteps, evenly in their logarithm. */
  @Override
  public double[] sigmas() {
    double[] sigmas = even(trainSteps());
    for (int i = 0; i < sigmas.length / 2; i++) {
      double low = sigmas[sigmas.length - 1 - i];
      sigmas[sigmas.length - 1 - i] = sigmas[i];
      sigmas[i] = low;
    }
    return sigmas;
  }

  @Override
  public double sigma(double timestep) {
    return within(StrictMath.exp(timestep / TIME));
  }

  /** A quarter of the logarithm of sigma. */
  @Override
  public double timestep(double sigma) {
    return TIME * StrictMath.log(within(sigma));
  }

  private double within(double sigma) {
    return Math.max(bounds.last(), Math.min(sigma, bounds.first()));
  }

  /** √(sigma² + 1), as in diffusers. */
  @Override
  public double initNoiseSigma(double sigma) {
    return Math.sqrt(sigma * sigma + 1);
  }

  /** All solvers have the same. */
  @Override
  public double[] timesteps(Counting counting, int steps) {
    double[] sigmas = exponential ? even(steps) : Karras.between(bounds, steps);
    return Arrays.stream(sigmas).map(this::timestep).toArray();
  }

  /** The bounds of training. */
  @Override
  public Bounds bounds(Counting counting, int steps) {
    return bounds;
  }

  /** So many sigmas evenly in their logarithm, descending. */
  private double[] even(int count) {
    return Arrays.stream(Exponential.between(bounds, count)).map(this::within).toArray();
  }
}
