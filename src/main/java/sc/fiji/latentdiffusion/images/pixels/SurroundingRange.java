package sc.fiji.latentdiffusion.images.pixels;

import java.util.Arrays;

/**
 * The range of the values that a model sees around a selection: from their 0.2 % quantile to their
 * 99.8 % quantile, and a tenth of that range more on both sides. Faint surroundings so have as much
 * contrast to the model as strong ones.
 */
final class SurroundingRange {

  private static final double OUTLIERS = 0.002;
  private static final double MORE = 0.1;

  private SurroundingRange() {}

  /**
   * Returns the map of a range of values.
   *
   * @param values finite ones count; others are left out. If these are whole numbers, the range has
   *     one more on both sides at least
   * @throws IllegalArgumentException if none is finite
   */
  static Intensity of(double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) return Intensity.of(Double.NaN, Double.NaN);
    boolean areWhole = Arrays.stream(sorted).allMatch(value -> value == Math.rint(value));
    int cut = (int) (OUTLIERS * (sorted.length - 1));
    double low = sorted[cut];
    double high = sorted[sorted.length - 1 - cut];
    double more = Math.max(MORE * (high - low), areWhole ? 1 : 0);
    return Intensity.of(low - more, high + more);
  }
}
