/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import java.util.Arrays;
import net.imglib2.Cursor;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Intervals;
import net.imglib2.view.Views;

/** Refuses intervals that scripts give and that can't be worked on; copies those that can. */
final class IntervalCheck {

  private IntervalCheck() {}

  /** Checks that an interval has a number of dimensions, is not empty, and ImageJ could name it. */
  static void requireDimensions(String name, Interval interval, int least, int most) {
    if (interval == null) {
      throw new IllegalArgumentException("The " + name + " must be an interval, but is null.");
    }
    int found = interval.numDimensions();
    String wanted = least == most ? String.valueOf(least) : least + " or " + most;
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          String.format(
              "The %s must have %s dimensions, [x, y%s, but has %d: %s.",
              name,
              wanted,
              most == 2 ? "]" : least == 3 ? ", channel]" : "] or [x, y, channel]",
              found,
              text(interval)));
    }
    for (int d = 0; d < found; d++) {
      long size = interval.max(d) - interval.min(d) + 1;
      if (size >= 1 && size <= Integer.MAX_VALUE) continue;
      throw new IllegalArgumentException(
          String.format(
              "The %s must have from 1 to %d pixels along each dimension, but has %d: %s.",
              name, Integer.MAX_VALUE, size, text(interval)));
    }
  }

  /** Checks that a region lies in an image. */
  static void requireInside(Interval region, Interval image) {
    for (int d = 0; d < 2; d++) {
      if (region.min(d) >= image.min(d) && region.max(d) <= image.max(d)) continue;
      throw new IllegalArgumentException(
          String.format(
              "The region must lie in the image, %s, but is %s.", text(image), text(region)));
    }
  }

  /** Checks that a mask is one of a region, of values from 0 to 1. */
  static void requireMask(RandomAccessibleInterval<? extends RealType<?>> mask, Interval region) {
    requireDimensions("mask", mask, 2, 2);
    if (!Intervals.equals(mask, region)) {
      throw new IllegalArgumentException(
          String.format(
              "The mask must have the interval of the region, %s, but has %s.",
              text(region), text(mask)));
    }
    for (RealType<?> weight : Views.flatIterable(mask)) {
      double value = weight.getRealDouble();
      if (value >= 0 && value <= 1) continue;
      throw new IllegalArgumentException(
          "The mask must have values from 0 to 1, but has " + value + ".");
    }
  }

  /**
   * Copies an interval of finite numbers.
   *
   * @return of the same dimensions, its first pixel at 0
   */
  static Img<FloatType> finite(
      String name, RandomAccessibleInterval<? extends RealType<?>> values) {
    Img<FloatType> copy = copy(values);
    Cursor<FloatType> cursor = copy.localizingCursor();
    while (cursor.hasNext()) {
      float value = cursor.next().get();
      if (Float.isFinite(value)) continue;
      long[] at = new long[copy.numDimensions()];
      for (int d = 0; d < at.length; d++) at[d] = cursor.getLongPosition(d) + values.min(d);
      throw new IllegalArgumentException(
          String.format(
              "The %s must have finite values where the model sees it, but has %s at %s.",
              name, value, Arrays.toString(at)));
    }
    return copy;
  }

  /** Copies an interval; the first pixel of the copy is at 0. */
  static Img<FloatType> copy(RandomAccessibleInterval<? extends RealType<?>> values) {
    Img<FloatType> copy = ArrayImgs.floats(Intervals.dimensionsAsLongArray(values));
    LoopBuilder.setImages(Views.zeroMin(values), copy)
        .forEachPixel((value, x) -> x.setReal(value.getRealDouble()));
    return copy;
  }

  private static String text(Interval interval) {
    return Arrays.toString(Intervals.minAsLongArray(interval))
        + "…"
        + Arrays.toString(Intervals.maxAsLongArray(interval));
  }
}
