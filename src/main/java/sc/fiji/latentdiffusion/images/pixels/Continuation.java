/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.process.FloatProcessor;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.OptionalDouble;

/** What a repair continues: the finite values around the selection of a picture. */
public final class Continuation {

  private Continuation() {}

  /**
   * Returns the pixels that say nothing of a picture: those that change at all, and those that are
   * not finite.
   */
  public static Selection hidden(Picture picture) {
    Region region = picture.region();
    FloatProcessor hidden = new FloatProcessor(region.width(), region.height());
    for (int i = 0; i < hidden.getPixelCount(); i++) {
      hidden.setf(i, picture.isSelected(i) ? 1 : 0);
    }
    for (int c = 0; c < 3; c++) {
      if (picture.first(c) < c || picture.isMissing(c)) continue;
      double[] values = picture.values(c);
      for (int i = 0; i < values.length; i++) {
        if (!Double.isFinite(values[i])) hidden.setf(i, 1);
      }
    }
    return Selection.of(region, hidden);
  }

  /**
   * Returns a model's picture in which a colour that has one value around the selection has this
   * value everywhere: there is nothing else to continue.
   *
   * @param picture the region before anything is replaced
   * @param made [1, 3, height, width] of the region, float32, about −1…1
   * @param manager owns the result
   * @return alike
   */
  public static NDArray withConstants(Picture picture, NDArray made, NDManager manager) {
    Region region = picture.region();
    float[][] colours = Tensors.channels(made, region.width(), region.height());
    for (int c = 0; c < 3; c++) {
      if (picture.first(c) < c || picture.isMissing(c)) continue;
      OptionalDouble constant = constant(picture, c);
      for (int other = c; other < 3 && constant.isPresent(); other++) {
        float value = (float) picture.map(c).toUnclamped(constant.getAsDouble());
        if (picture.isSame(c, other)) Arrays.fill(colours[other], value);
      }
    }
    return Tensors.of(manager, colours, region.height(), region.width());
  }

  /** Returns the value that all pixels around the selection have, but for those not finite. */
  private static OptionalDouble constant(Picture picture, int c) {
    DoubleSummaryStatistics around = Arrays.stream(picture.valuesAround(c)).summaryStatistics();
    boolean constant = around.getCount() > 0 && around.getMin() == around.getMax();
    return constant ? OptionalDouble.of(around.getMin()) : OptionalDouble.empty();
  }
}
