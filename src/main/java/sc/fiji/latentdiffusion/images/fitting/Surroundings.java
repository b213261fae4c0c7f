/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import ij.plugin.filter.EDM;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/**
 * The pixels around a selection that a model sees and that do not change, and the pixels along both
 * sides of the selection's edge.
 */
final class Surroundings {

  /** The fewest pixels that tell what is around a selection. */
  static final int LEAST = 64;

  private static final double LEAST_RIM = 2;

  private final boolean[] ring;
  private final boolean[] outerRim;
  private final boolean[] innerRim;
  private final int width;

  private Surroundings(boolean[] ring, boolean[] outerRim, boolean[] innerRim, int width) {
    this.ring = ring;
    this.outerRim = outerRim;
    this.innerRim = innerRim;
    this.width = width;
  }

  /**
   * Finds the surroundings of a selection.
   *
   * @param selection the pixels that change
   * @param seen by the model
   * @param feather of the selection, in pixels; the rims are as wide, and 2 pixels at least
   */
  static Surroundings of(Selection selection, Region seen, double feather) {
    boolean[] changes = new boolean[seen.width() * seen.height()];
    for (int i = 0; i < changes.length; i++) {
      int x = seen.x() + i % seen.width();
      changes[i] = selection.weight(x, seen.y() + i / seen.width()) > 0;
    }
    double width = Math.max(LEAST_RIM, feather);
    return new Surroundings(
        within(changes, false, seen.width(), Double.POSITIVE_INFINITY),
        within(changes, false, seen.width(), width),
        within(changes, true, seen.width(), width),
        seen.width());
  }

  /**
   * Returns the pixels of one side whose distance to the nearest pixel of the other is so small.
   */
  private static boolean[] within(boolean[] changes, boolean side, int width, double distance) {
    ByteProcessor mask = new ByteProcessor(width, changes.length / width);
    for (int i = 0; i < changes.length; i++) {
      mask.set(i, changes[i] == side ? 255 : 0);
    }
    FloatProcessor distances = new EDM().makeFloatEDM(mask, 0, false);
    boolean[] within = new boolean[changes.length];
    for (int i = 0; i < within.length; i++) {
      within[i] = changes[i] == side && distances.getf(i) <= distance;
    }
    return within;
  }

  /** Returns the width of what the model sees, in pixels. */
  int width() {
    return width;
  }

  /** Returns how many pixels around the selection the model sees. */
  int size() {
    int size = 0;
    for (boolean pixel : ring) size += pixel ? 1 : 0;
    return size;
  }

  /** Returns whether they are enough to compare a result with. */
  boolean isEnough() {
    return size() >= LEAST;
  }

  /** Returns whether a pixel is seen and does not change. */
  boolean isAround(int pixel) {
    return ring[pixel];
  }

  /** Returns whether a pixel is around the selection, along its edge. */
  boolean isOuterRim(int pixel) {
    return outerRim[pixel];
  }

  /** Returns whether a pixel is in the selection, along its edge. */
  boolean isInnerRim(int pixel) {
    return innerRim[pixel];
  }
}
