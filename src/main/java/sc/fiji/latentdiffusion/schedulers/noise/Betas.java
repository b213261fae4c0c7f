/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.List;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The variance of the noise that training added at each timestep, in float32 as diffusers keeps it.
 */
final class Betas {

  private static final double MAX_BETA = 0.999;

  private Betas() {}

  /**
   * The betas a config describes.
   *
   * @param config the model's config
   * @param n the number of train timesteps
   * @return one beta per train timestep
   * @throws IllegalArgumentException if the kind of schedule is unknown, or a list of betas has
   *     another length than there are train timesteps
   */
  static float[] of(Config config, int n) {
    float[] betas = config.numbers("trained_betas").map(Betas::floats).orElse(null);
    if (betas == null) betas = named(config, n);
    if (betas.length != n)
      throw config.wrong(
          "trained_betas", n + " numbers (num_train_timesteps)", "a list of " + betas.length);
    requireVariances(config, betas);
    return config.flag("rescale_betas_zero_snr", false) ? rescaleZeroTerminalSnr(betas) : betas;
  }

  private static void requireVariances(Config config, float[] betas) {
    for (int i = 0; i < betas.length; i++) {
      if (betas[i] >= 0 && betas[i] <= 1 && (i > 0 || betas[i] < 1)) continue;
      String expected =
          "betas (beta_start … beta_end, or trained_betas) from 0 to 1, the first below";
      throw config.wrong("beta " + i, expected, betas[i]);
    }
  }

  private static float[] named(Config config, int n) {
    double start = config.number("beta_start", 0.0001);
    double end = config.number("beta_end", 0.02);
    List<String> known = List.of("linear", "scaled_linear", "squaredcos_cap_v2");
    return switch (config.choice("beta_schedule", "linear", known)) {
      case "linear" -> linspace(start, end, n);
      case "scaled_linear" -> squares(linspace(Math.sqrt(start), Math.sqrt(end), n));
      default -> cosine(n);
    };
  }

  /** Nichol and Dhariwal 2021, equation 17. */
  private static float[] cosine(int n) {
    float[] betas = new float[n];
    for (int i = 0; i < n; i++)
      betas[i] = (float) Math.min(1 - alphaBar((i + 1.0) / n) / alphaBar((double) i / n), MAX_BETA);
    return betas;
  }

  private static double alphaBar(double t) {
    double c = StrictMath.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return c * c;
  }

  /**
   * Shifts and scales the betas and leaves nothing of the data at the last timestep (Lin et al.
   * 2023, "Common Diffusion Noise Schedules and Sample Steps are Flawed", algorithm 1).
   */
  static float[] rescaleZeroTerminalSnr(float[] betas) {
    float[] root = alphasCumprod(betas);
    int n = root.length;
    for (int i = 0; i < n; i++) root[i] = (float) Math.sqrt(root[i]);
    float first = root[0];
    float last = root[n - 1];
    float scale = first / (first - last);
    for (int i = 0; i < n; i++) root[i] = (root[i] - last) * scale;
    float[] bar = squares(root);
    float[] result = new float[n];
    for (int i = 0; i < n; i++) result[i] = 1 - (i == 0 ? bar[0] : bar[i] / bar[i - 1]);
    return result;
  }

  /**
   * The cumulative product of {@code 1 − beta}; the product is kept in double, as torch does.
   *
   * @param betas one per train timestep
   * @return ᾱ per train timestep
   */
  static float[] alphasCumprod(float[] betas) {
    float[] result = new float[betas.length];
    double product = 1;
    for (int i = 0; i < betas.length; i++) {
      product *= 1 - betas[i];
      result[i] = (float) product;
    }
    return result;
  }

  /** From both ends towards the middle, as torch does. */
  private static float[] linspace(double from, double to, int n) {
    float start = (float) from;
    float end = (float) to;
    float stride = n > 1 ? (end - start) / (n - 1) : 0;
    float[] result = new float[n];
    for (int i = 0; i < n; i++)
      result[i] = i < n / 2 || n == 1 ? start + stride * i : end - stride * (n - 1 - i);
    return result;
  }

  private static float[] squares(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) result[i] = values[i] * values[i];
    return result;
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) result[i] = (float) values[i];
    return result;
  }
}
