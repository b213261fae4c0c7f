/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

/**
 * Mean and spread of numbers, computed in double.
 *
 * @param mean of all
 * @param deviation the standard deviation, with n − 1; NaN for a single number
 * @param min the smallest
 * @param max the largest
 * @param rms the root of the mean square
 */
record Moments(double mean, double deviation, double min, double max, double rms) {

  /** Computes them of at least one number. */
  static Moments of(float[] values) {
    double sum = 0;
    double squares = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    double mean = sum / values.length;
    double rms = Math.sqrt(squares / values.length);
    return new Moments(mean, deviation(values, mean), min, max, rms);
  }

  private static double deviation(float[] values, double mean) {
    double squares = 0;
    for (float value : values) squares += (value - mean) * (value - mean);
    return Math.sqrt(squares / (values.length - 1));
  }
}
