/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
   * Returns the maps of a picture's colours; a missing one, and the orientation, stay as they are.
   *
   * @throws IllegalArgumentException if nothing is seen around the selection, or nothing finite
   */
  static Intensity[] of(Picture picture) {
    if (!picture.hasSurroundings()) {
      throw new IllegalArgumentException(
          "intensity=around needs pixels around the selection that the model sees, but there are"
              + " none. Select a part of the image and give a context (context=32, for example),"
              + " or choose intensity=display.");
    }
    Intensity[] maps = new Intensity[picture.count()];
    for (int c = 0; c < maps.length; c++) {
      maps[c] = picture.first(c) < c ? maps[picture.first(c)] : map(picture, c);
    }
    return maps;
  }

  private static Intensity map(Picture picture, int c) {
    if (picture.isMissing(c)) return picture.map(c);
    Intensity range = range(picture.valuesAround(c));
    return picture.map(c).min() > picture.map(c).max() ? range.reversed() : range;
  }

  /** Returns the map of values; the range of whole numbers has one more on both sides at least. */
  private static Intensity range(double[] values) {
    if (values.length == 0) return Intensity.of(Double.NaN, Double.NaN);
    double[] sorted = Arrays.stream(values).sorted().toArray();
    boolean areWhole = Arrays.stream(sorted).allMatch(value -> value == Math.rint(value));
    int cut = (int) (OUTLIERS * (sorted.length - 1));
    double low = sorted[cut];
    double high = sorted[sorted.length - 1 - cut];
    double more = Math.max(MORE * (high - low), areWhole ? 1 : 0);
    return Intensity.of(low - more, high + more);
  }
}
