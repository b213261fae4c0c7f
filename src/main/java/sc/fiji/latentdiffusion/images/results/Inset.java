/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.process.ColorProcessor;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.images.pixels.Blend;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/** Previews of a whole slice: the unchanged slice, and inside the selection the run's preview. */
public final class Inset {

  /** Slices of more pixels are not shown as a whole. */
  private static final int LARGEST = 1 << 22;

  private final Supplier<ColorProcessor> source;
  private final Selection selection;
  private final Region seen;
  private ColorProcessor slice;

  /**
   * @param source makes the slice in the colours in which the model sees it; called once at most
   * @param selection the part of the slice that changes
   * @param seen the region that the model sees
   */
  public Inset(Supplier<ColorProcessor> source, Selection selection, Region seen) {
    this.source = source;
    this.selection = selection;
    this.seen = seen;
  }

  /** Returns whether a slice of this size is shown as a whole. */
  public static boolean isPossible(Region slice) {
    return (long) slice.width() * slice.height() <= LARGEST;
  }

  /** Returns a preview of the slice, from a preview of the region. */
  public Preview around(Preview region) {
    return kind -> around(region.picture(kind));
  }

  private ColorProcessor around(ColorProcessor region) {
    slice = slice == null ? source.get() : slice;
    ColorProcessor whole = (ColorProcessor) slice.duplicate();
    for (int y = 0; y < seen.height(); y++) {
      for (int x = 0; x < seen.width(); x++) {
        float weight = selection.weight(seen.x() + x, seen.y() + y);
        if (weight > 0) {
          int before = whole.get(seen.x() + x, seen.y() + y);
          whole.set(seen.x() + x, seen.y() + y, Blend.rgb(region.get(x, y), before, weight));
        }
      }
    }
    return whole;
  }
}
