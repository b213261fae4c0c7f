/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import java.util.Arrays;

/**
 * The noise and texture of an image that an autoencoder does not carry: the residual {@code r = v −
 * y₀}, v the image and y₀ = decode(encode(v)), and a texture ρ with the spectrum of the residual
 * around the selection. All values are the image's, of one channel, rows first.
 */
final class Detail {

  /** Makes the standard deviation of normal noise from its median absolute deviation. */
  private static final double NORMAL = 1.4826;

  /** Residuals beyond so many standard deviations are structures, no noise. */
  private static final double MOST = 3;

  /** Smooths the change of an image, so that noise is none; σ in pixels. */
  private static final Gaussian CHANGE = new Gaussian(4);

  private final double[] reconstructed;
  private final double[] residual;
  private final double[] texture;
  private final double noise;
  private final int width;

  private Detail(
      double[] reconstructed, double[] residual, double[] texture, double noise, int width) {
    this.reconstructed = reconstructed;
    this.residual = residual;
    this.texture = texture;
    this.noise = noise;
    this.width = width;
  }

  /**
   * Finds the noise and texture of an image.
   *
   * @param image v; values that are not finite are left out
   * @param reconstructed y₀, finite
   * @param around the selection; where it is less than a quarter of the pixels, all pixels are the
   *     sample of noise
   * @param phases of the texture, of the image's size
   */
  static Detail of(
      double[] image, double[] reconstructed, Surroundings around, RandomPhases phases) {
    double[] residual = new double[image.length];
    for (int i = 0; i < image.length; i++) residual[i] = image[i] - reconstructed[i];
    boolean[] sampled = sampled(residual, around);
    double median = median(sample(residual, sampled, 0, false));
    double noise = NORMAL * median(sample(residual, sampled, median, true));
    double[] texture = texture(residual, sampled, median, MOST * noise, phases);
    return new Detail(reconstructed, residual, texture, noise, around.width());
  }

  /** Returns which pixels are the sample of noise: finite ones around the selection, or of all. */
  private static boolean[] sampled(double[] residual, Surroundings around) {
    boolean all = 4L * around.size() < residual.length;
    boolean[] sampled = new boolean[residual.length];
    for (int i = 0; i < sampled.length; i++) {
      sampled[i] = (all || around.isAround(i)) && Double.isFinite(residual[i]);
    }
    return sampled;
  }

  private static double[] sample(double[] values, boolean[] sampled, double middle, boolean away) {
    double[] sample = new double[values.length];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      double deviation = values[i] - middle;
      if (sampled[i]) sample[count++] = away ? Math.abs(deviation) : deviation;
    }
    return Arrays.copyOf(sample, count);
  }

  /** Returns the median, the mean of the two middle values of an even number; 0 for none. */
  private static double median(double[] values) {
    if (values.length == 0) return 0;
    Arrays.sort(values);
    int middle = values.length / 2;
    boolean isOdd = values.length % 2 == 1;
    return isOdd ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  private static double[] texture(
      double[] residual, boolean[] sampled, double median, double most, RandomPhases phases) {
    double[] sample = new double[residual.length];
    int count = 0;
    for (int i = 0; i < sample.length; i++) {
      if (!sampled[i]) continue;
      sample[i] = Math.max(-most, Math.min(most, residual[i] - median));
      count++;
    }
    double[] texture = phases.texture(sample);
    double scale = Math.sqrt((double) residual.length / Math.max(1, count));
    for (int i = 0; i < texture.length; i++) texture[i] = median + scale * texture[i];
    return texture;
  }

  /** Returns the standard deviation of the noise, n = 1.4826 · median |r − median r|. */
  double noise() {
    return noise;
  }

  /**
   * Gives noise and texture to a result: {@code y + k (√(1−q²) r + q ρ)} with {@code q = min(1, |G₄
   * * (y − y₀)|/(3n))}. Where the content is the image's, its own residual returns; where it has
   * changed, the texture, without a trace of the old content.
   *
   * @param made y, finite
   * @param share k, 0…1
   * @return a new array
   */
  double[] over(double[] made, double share) {
    double[] changes = new double[made.length];
    for (int i = 0; i < made.length; i++) changes[i] = made[i] - reconstructed[i];
    double[] smooth = CHANGE.filtered(changes, width);
    double[] result = new double[made.length];
    for (int i = 0; i < made.length; i++) {
      boolean isKnown = Double.isFinite(residual[i]);
      double q = isKnown ? novelty(changes[i], smooth[i]) : 1;
      double kept = isKnown ? Math.sqrt(1 - q * q) * residual[i] : 0;
      result[i] = made[i] + share * (kept + q * texture[i]);
    }
    return result;
  }

  /** Returns q: 0 where the content is the image's, 1 where it has changed. */
  private double novelty(double change, double smooth) {
    if (noise == 0) return change == 0 ? 0 : 1;
    return Math.min(1, Math.abs(smooth) / (MOST * noise));
  }
}
