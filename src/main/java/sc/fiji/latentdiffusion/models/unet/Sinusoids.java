/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import sc.fiji.latentdiffusion.settings.Config;

/**
 * A number as sines and cosines (Vaswani et al. 2017): {@code t · exp(−ln 10000 · i / (width/2 −
 * freqShift))} for i from 0, as diffusers' {@code Timesteps}.
 *
 * @param width how many numbers, even
 * @param flipSinToCos whether cosines stand before sines
 * @param freqShift 1 where the last frequency is 1/10000 itself
 */
public record Sinusoids(int width, boolean flipSinToCos, double freqShift) {

  static final double MAX_PERIOD = 10000;

  /** Reads them from a network's settings; what is absent has diffusers' defaults. */
  public static Sinusoids of(Config config, int width) {
    return new Sinusoids(
        width, config.flag("flip_sin_to_cos", true), config.number("freq_shift", 0));
  }

  /**
   * Computes in float32 as diffusers does: rounding shows at large timesteps.
   *
   * @param t for example a timestep
   * @return {@code [width]}
   */
  public float[] of(float t) {
    int half = width / 2;
    float[] numbers = new float[width];
    for (int i = 0; i < half; i++) {
      float exponent = (float) -Math.log(MAX_PERIOD) * i / (float) (half - freqShift);
      float angle = t * (float) Math.exp(exponent);
      numbers[flipSinToCos ? half + i : i] = (float) Math.sin(angle);
      numbers[flipSinToCos ? i : half + i] = (float) Math.cos(angle);
    }
    return numbers;
  }
}
