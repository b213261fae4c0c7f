/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Tensors;

/**
 * A model's picture of a region, fitted to the image into which it goes. Levels and noises are of
 * the colours, in their order; one for colours that are the same image, none for missing ones.
 *
 * @param picture [1, channels, height, width] of the region, float32, about −1…1
 * @param levels gains and offsets; empty if they are not fitted
 * @param noises standard deviations of the image's noise, in its values; empty without detail
 */
public record Fitted(NDArray picture, List<Level> levels, List<Double> noises) {

  /**
   * Fits a picture, each colour in the image's values: level first, then detail; then the level
   * closes the offset once more.
   *
   * @param decoded [1, channels, h, w], float32, at least as large as the region
   * @param reconstructed the same of the image, encoded and decoded; null without detail
   * @param image the region before anything is replaced
   * @param fitting what is fitted
   * @param seed of the run
   * @param manager owns the result
   */
  public static Fitted of(
      NDArray decoded,
      NDArray reconstructed,
      Picture image,
      Fitting fitting,
      long seed,
      NDManager manager) {
    Region region = image.region();
    try (RandomPhases phases =
        fitting.givesDetail()
            ? new RandomPhases(seed, region.width(), region.height(), manager)
            : null) {
      Channels channels = new Channels(decoded, reconstructed, image, fitting, phases);
      for (int c = 0; c < image.count(); c++) {
        if (image.first(c) == c && !image.isMissing(c)) channels.fit(c);
      }
      NDArray picture = Tensors.of(manager, channels.made, region.height(), region.width());
      return new Fitted(picture, channels.levels, channels.noises);
    }
  }

  /** The colours of a picture while they are fitted. */
  private static final class Channels {

    private final float[][] made;
    private final float[][] before;
    private final Picture image;
    private final Fitting fitting;
    private final RandomPhases phases;
    private final List<Level> levels = new ArrayList<>();
    private final List<Double> noises = new ArrayList<>();

    Channels(
        NDArray decoded,
        NDArray reconstructed,
        Picture image,
        Fitting fitting,
        RandomPhases phases) {
      Region region = image.region();
      made = Tensors.channels(decoded, region.width(), region.height());
      before =
          reconstructed == null
              ? null
              : Tensors.channels(reconstructed, region.width(), region.height());
      this.image = image;
      this.fitting = fitting;
      this.phases = phases;
    }

    /** Fits the colours that are the same image as one of them. */
    void fit(int c) {
      double[] values = image.values(c);
      fitting.hide(values);
      Level level = Level.NONE;
      if (fitting.fitsLevel()) {
        level = Level.fitted(values, mean(made, c), fitting.around());
        levels.add(level);
        apply(level, c);
      }
      if (fitting.givesDetail()) giveDetail(c, values, level);
    }

    private void apply(Level level, int c) {
      Intensity map = image.map(c);
      for (int other = c; other < image.count(); other++) {
        if (!image.isSame(c, other)) continue;
        float[] colour = made[other];
        for (int i = 0; i < colour.length; i++) {
          colour[i] = (float) map.toUnclamped(level.of(map.toValue(colour[i])));
        }
      }
    }

    private void giveDetail(int c, double[] values, Level level) {
      Surroundings around = fitting.around();
      Detail detail = Detail.of(values, level.of(mean(before, c)), around, phases);
      noises.add(detail.noise());
      double[] result = detail.over(mean(made, c), fitting.detail());
      set(c, fitting.fitsLevel() ? Level.closing(values, result, around).of(result) : result);
    }

    private void set(int c, double[] values) {
      Intensity map = image.map(c);
      for (int other = c; other < image.count(); other++) {
        if (!image.isSame(c, other)) continue;
        for (int i = 0; i < values.length; i++) {
          made[other][i] = (float) map.toUnclamped(values[i]);
        }
      }
    }

    /** Returns the mean of the colours that are the same image as one, in its values. */
    private double[] mean(float[][] colours, int c) {
      double[] values = new double[colours[c].length];
      for (int i = 0; i < values.length; i++) {
        double sum = 0;
        int count = 0;
        for (int other = 0; other < image.count(); other++) {
          if (image.isSame(c, other)) {
            sum += colours[other][i];
            count++;
          }
        }
        values[i] = image.map(c).toValue(sum / count);
      }
      return values;
    }
  }
}
