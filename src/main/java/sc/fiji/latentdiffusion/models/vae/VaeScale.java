/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * From the encoder's means to latents: {@code (mean − shift) · factor}, with the same numbers for
 * all channels, {@code shift_factor} and {@code scaling_factor}; or with those of each channel,
 * {@code latents_mean} and {@code scaling_factor / latents_std}.
 *
 * @param scalingFactor of the config
 * @param shift one number, or one for each channel
 * @param factor one number, or one for each channel
 */
public record VaeScale(double scalingFactor, double[] shift, double[] factor) {

  private static final String MEAN = "latents_mean";
  private static final String DEVIATION = "latents_std";

  /**
   * Reads the settings.
   *
   * @param config the autoencoder's
   * @param channels of its latents
   * @throws IOException if the numbers are not as many as channels, or not of the right size
   */
  static VaeScale of(Config config, int channels) throws IOException {
    double scale = config.number("scaling_factor", VaeConfig.SCALING_FACTOR);
    if (!(Double.isFinite(scale) && scale > 0)) throw wrong(config, "scaling_factor", "above 0");
    if (!config.has(MEAN) || !config.has(DEVIATION)) {
      if (config.has(MEAN) != config.has(DEVIATION)) {
        throw wrong(config, MEAN, "or null as " + DEVIATION + ", since both go together");
      }
      double[] shift = {config.number("shift_factor", 0)};
      return new VaeScale(scale, shift, new double[] {scale});
    }
    double[] shift = numbers(config, MEAN, channels);
    double[] factor = numbers(config, DEVIATION, channels);
    if (Arrays.stream(factor).anyMatch(deviation -> !(deviation > 0))) {
      throw wrong(config, DEVIATION, "all above 0");
    }
    return new VaeScale(scale, shift, Arrays.stream(factor).map(std -> scale / std).toArray());
  }

  private static double[] numbers(Config config, String key, int channels) throws IOException {
    double[] numbers = config.numbers(key).orElseThrow();
    if (numbers.length == channels) return numbers;
    throw wrong(config, key, "as many as the latents have channels, " + channels);
  }

  private static IOException wrong(Config config, String key, String expected) {
    Object found = config.toMap().get(key);
    return new IOException(config.wrong(key, "finite numbers, " + expected, found).getMessage());
  }

  /** Returns whether latents are the means times the scaling factor alone. */
  boolean isPlain() {
    return shift.length == 1 && shift[0] == 0;
  }

  /** Returns the shifts, {@code [1, c, 1, 1]} or one for all. */
  NDArray shift(NDManager owner) {
    return array(shift, owner);
  }

  /** Returns the factors, {@code [1, c, 1, 1]} or one for all. */
  NDArray factor(NDManager owner) {
    return array(factor, owner);
  }

  private static NDArray array(double[] values, NDManager owner) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
    return owner.create(floats, new Shape(1, floats.length, 1, 1));
  }
}
