/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Optional;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Which of a config's limits of x̂0 a solver obeys, as the diffusers class that it stands for.
 *
 * @param clips whether {@code clip_sample}, to ±{@code clip_sample_range}
 * @param clipsPixels the value of {@code clip_sample} where the config of a model of pixels has
 *     none
 * @param thresholds whether {@code thresholding}, at {@code dynamic_thresholding_ratio}
 */
public record ClipSettings(boolean clips, boolean clipsPixels, boolean thresholds) {

  /** Neither of them. */
  public static final ClipSettings NONE = new ClipSettings(false, false, false);

  /** {@code thresholding} alone. */
  public static final ClipSettings THRESHOLDS = new ClipSettings(false, false, true);

  /**
   * Finds the limit that a model's config asks for. If both are asked for, {@code thresholding}
   * counts.
   *
   * @param noise the model's noise schedule
   * @return the limit, with a weight of 1; empty if x̂0 is not clipped
   */
  public Optional<Clipping> of(NoiseSchedule noise) {
    Config config = noise.config();
    if (thresholds && config.flag("thresholding", false)) {
      double ratio = config.number("dynamic_thresholding_ratio", 0.995);
      if (!(ratio > 0 && ratio <= 1)) {
        throw config.wrong("dynamic_thresholding_ratio", "a number above 0, at most 1", ratio);
      }
      return Optional.of(new Clipping(positive(config, "sample_max_value"), ratio, 1));
    }
    if (clips && config.flag("clip_sample", clipsPixels && noise.isOfPixels())) {
      return Optional.of(new Clipping(positive(config, "clip_sample_range"), 1));
    }
    return Optional.empty();
  }

  private static double positive(Config config, String key) {
    double value = config.number(key, 1);
    if (value > 0) return value;
    throw config.wrong(key, "a number above 0", value);
  }
}
