/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import java.util.Arrays;

/**
 * The gain and offset that fit a result to the image around it. The gain is that of the linear
 * regression of the image on the result where the image does not change, 0.5…2; with the offset the
 * means on both sides of the selection's edge are equal.
 *
 * @param gain of the result's values
 * @param offset in the image's values
 */
public record Level(double gain, double offset) {

  /** Changes nothing. */
  static final Level NONE = new Level(1, 0);

  private static final double MOST_GAIN = 2;

  /**
   * Fits a result to an image.
   *
   * @param image values of the pixels that the model sees, rows first; those that are not finite
   *     are left out
   * @param made the result's values there
   * @param around the selection
   * @return {@link #NONE} if one side of the edge has no finite values
   */
  static Level fitted(double[] image, double[] made, Surroundings around) {
    double gain = gain(image, made, around);
    return closing(image, made, gain, around);
  }

  /**
   * Returns the offset with which the means on both sides of the selection's edge are equal.
   *
   * @param image as for {@link #fitted}
   * @param made the result's values
   * @param around the selection
   * @return {@link #NONE} if one side of the edge has no finite values
   */
  static Level closing(double[] image, double[] made, Surroundings around) {
    return closing(image, made, 1, around);
  }

  private static Level closing(double[] image, double[] made, double gain, Surroundings around) {
    Mean outside = new Mean();
    Mean inside = new Mean();
    for (int i = 0; i < image.length; i++) {
      if (around.isOuterRim(i)) outside.add(image[i]);
      if (around.isInnerRim(i)) inside.add(made[i]);
    }
    boolean hasBoth = outside.count > 0 && inside.count > 0;
    return hasBoth ? new Level(gain, outside.value() - gain * inside.value()) : NONE;
  }

  /** Returns cov(result, image) / var(result) in the surroundings; 1 for a constant result. */
  private static double gain(double[] image, double[] made, Surroundings around) {
    Mean images = new Mean();
    Mean results = new Mean();
    for (int i = 0; i < image.length; i++) {
      if (around.isAround(i) && Double.isFinite(image[i])) {
        images.add(image[i]);
        results.add(made[i]);
      }
    }
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < image.length; i++) {
      if (around.isAround(i) && Double.isFinite(image[i])) {
        double deviation = made[i] - results.value();
        covariance += deviation * (image[i] - images.value());
        variance += deviation * deviation;
      }
    }
    if (variance == 0) return 1;
    return Math.min(MOST_GAIN, Math.max(1 / MOST_GAIN, covariance / variance));
  }

  /** Returns a fitted value. */
  double of(double made) {
    return gain * made + offset;
  }

  /** Returns fitted values. */
  double[] of(double[] made) {
    return Arrays.stream(made).map(this::of).toArray();
  }

  /** A mean of finite values. */
  private static final class Mean {

    private double sum;
    private int count;

    void add(double value) {
      if (Double.isFinite(value)) {
        sum += value;
        count++;
      }
    }

    double value() {
      return sum / count;
    }
  }
}
