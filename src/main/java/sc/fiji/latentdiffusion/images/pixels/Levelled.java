package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's picture of a region, fitted to the image around a selection.
 *
 * @param picture [1, 3, height, width] of the region, float32, about −1…1
 * @param levels of the colours, in their order; one for colours that are the same image, none for
 *     missing ones
 */
record Levelled(NDArray picture, List<Level> levels) {

  /**
   * Fits a picture, each colour in the image's values.
   *
   * @param decoded [1, 3, h, w], float32, at least as large as the region
   * @param image the region before anything is replaced
   * @param around the selection
   * @param manager owns the result
   */
  static Levelled of(NDArray decoded, Picture image, Surroundings around, NDManager manager) {
    Region region = image.region();
    float[][] made = Tensors.channels(decoded, region.width(), region.height());
    List<Level> levels = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      if (image.first(c) < c || image.isMissing(c)) continue;
      boolean[] same = {image.isSame(c, 0), image.isSame(c, 1), image.isSame(c, 2)};
      Level level = Level.fitted(image.values(c), values(made, same, image.map(c)), around);
      levels.add(level);
      for (int other = c; other < 3; other++) {
        if (same[other]) apply(level, made[other], image.map(c));
      }
    }
    NDArray picture = Tensors.of(manager, made, region.height(), region.width());
    return new Levelled(picture, levels);
  }

  /** Returns the mean of the colours that are the same image, in its values. */
  private static double[] values(float[][] made, boolean[] same, Intensity map) {
    double[] values = new double[made[0].length];
    for (int i = 0; i < values.length; i++) {
      double sum = 0;
      int count = 0;
      for (int c = 0; c < 3; c++) {
        if (same[c]) {
          sum += made[c][i];
          count++;
        }
      }
      values[i] = map.toValue(sum / count);
    }
    return values;
  }

  private static void apply(Level level, float[] made, Intensity map) {
    for (int i = 0; i < made.length; i++) {
      made[i] = (float) map.toUnclamped(level.of(map.toValue(made[i])));
    }
  }
}
