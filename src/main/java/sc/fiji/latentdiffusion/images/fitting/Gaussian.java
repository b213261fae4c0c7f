/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

/**
 * A Gaussian filter of an array of rows, as {@code scipy.ndimage.gaussian_filter} with mode {@code
 * reflect}: cut off at four standard deviations, the array mirrored about the edges of its outer
 * values.
 */
final class Gaussian {

  private static final double REACH = 4;

  private final double[] kernel;

  /**
   * @param sigma its standard deviation, in pixels
   */
  Gaussian(double sigma) {
    int radius = (int) (REACH * sigma + 0.5);
    kernel = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      double x = (i - radius) / sigma;
      kernel[i] = Math.exp(-x * x / 2);
      sum += kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) kernel[i] /= sum;
  }

  /**
   * Filters rows, then columns.
   *
   * @param values rows first
   * @param width of a row
   * @return a new array
   */
  double[] filtered(double[] values, int width) {
    int height = values.length / width;
    double[] rows = new double[values.length];
    for (int y = 0; y < height; y++) filter(values, rows, y * width, 1, width);
    double[] both = new double[values.length];
    for (int x = 0; x < width; x++) filter(rows, both, x, width, height);
    return both;
  }

  /** Filters a line of values: its first one's index, the distance of neighbours, its length. */
  private void filter(double[] from, double[] to, int start, int stride, int length) {
    int radius = kernel.length / 2;
    for (int i = 0; i < length; i++) {
      double sum = 0;
      for (int k = -radius; k <= radius; k++) {
        sum += kernel[k + radius] * from[start + stride * mirrored(i + k, length)];
      }
      to[start + stride * i] = sum;
    }
  }

  private static int mirrored(int i, int length) {
    int within = Math.floorMod(i, 2 * length);
    return within < length ? within : 2 * length - 1 - within;
  }
}
