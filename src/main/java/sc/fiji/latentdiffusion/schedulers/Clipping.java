/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

import java.util.Locale;

/**
 * A limit of the predicted data; diffusers' {@code clip_sample} and {@code thresholding}.
 * Predictions of pixels, which are known to lie between −1 and 1, are clipped, latents mostly not.
 *
 * @param range without a quantile the largest absolute value that x̂0 may have; with one the
 *     largest value of s
 * @param quantile 0, or of the absolute values of x̂0 in 0…1 (Saharia et al. 2022, section 2.3):
 *     with s the quantile, at least 1 and at most the range, x̂0 is clipped to −s…s and divided by
 *     s
 * @param dataWeight the weight of the clipped x̂0 in the history entry
 */
public record Clipping(double range, double quantile, double dataWeight) {

  /** A limit that is the same for all x̂0. */
  public Clipping(double range, double dataWeight) {
    this(range, 0, dataWeight);
  }

  /** Returns whether the limit depends on x̂0. */
  public boolean isDynamic() {
    return quantile > 0;
  }

  /** Returns a copy with another weight in the history entry. */
  public Clipping withDataWeight(double weight) {
    return new Clipping(range, quantile, weight);
  }

  /**
   * One number of x̂0, clipped by a limit that is the same for all; the tensor version is the
   * sampler's.
   *
   * @param data the predicted data
   * @return the nearest number in −range…range
   */
  public double of(double data) {
    return Math.max(-range, Math.min(data, range));
  }

  /** Returns the limit in words of tables: the range, or {@code q} and the quantile. */
  public String text() {
    return isDynamic()
        ? String.format(Locale.ROOT, "q %s", quantile)
        : String.format(Locale.ROOT, "%s", range);
  }
}
