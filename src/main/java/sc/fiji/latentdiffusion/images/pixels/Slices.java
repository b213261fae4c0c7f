/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The slices of a stack that are repainted, each in a run of its own, and their noise.
 *
 * @param slices {@code current} or {@code all}; in a hyperstack with all channels
 * @param seeds {@code same} for all of them, or {@code consecutive}: the next seed for each
 * @param coherence c, 0…1: how far the picture that the model predicts of a slice is averaged with
 *     those of its neighbours, after each evaluation; above 0 for all slices only
 */
public record Slices(String slices, String seeds, double coherence) {

  /** The choices of {@link #slices}. */
  public static final List<String> SLICES = List.of("current", "all");

  /** The choices of {@link #seeds}. */
  public static final List<String> SEEDS = List.of("same", "consecutive");

  /** The current slice alone. */
  public static final Slices CURRENT = new Slices("current", "same");

  /**
   * A position in a hyperstack.
   *
   * @param slice from 1
   * @param frame from 1
   */
  public record Position(int slice, int frame) {}

  /**
   * Checks all values.
   *
   * @throws IllegalArgumentException if one is unknown or out of range; the message names its key
   */
  public Slices {
    check(SLICES, "slices", slices);
    check(SEEDS, "seeds", seeds);
    if (!(coherence >= 0 && coherence <= 1)) {
      throw new IllegalArgumentException(
          "coherence must be from 0 (each slice alone) to 1 (the mean of a slice and its"
              + " neighbours), but is "
              + coherence
              + ".");
    }
    if (coherence > 0 && slices.equals("current")) {
      throw new IllegalArgumentException(
          "coherence above 0 needs slices=all, the slices that are to agree, but slices is current"
              + " and coherence is "
              + Numbers.text(coherence)
              + ". Give slices=all, or leave coherence out.");
    }
  }

  /** Slices of which each is repainted for itself. */
  public Slices(String slices, String seeds) {
    this(slices, seeds, 0);
  }

  private static void check(List<String> choices, String key, String found) {
    if (!choices.contains(found)) {
      throw new IllegalArgumentException(
          key + " must be one of " + choices + ", but is " + found + ".");
    }
  }

  /** Returns whether only the current slice is repainted. */
  public boolean isCurrent() {
    return slices.equals("current");
  }

  /** Returns whether each position has a seed of its own. */
  public boolean isConsecutive() {
    return seeds.equals("consecutive");
  }

  /** Returns the positions that are repainted, in the order of the stack. */
  public List<Position> positions(ImagePlus imp) {
    if (isCurrent()) {
      return List.of(new Position(imp.getZ(), imp.getT()));
    }
    List<Position> positions = new ArrayList<>();
    for (int frame = 1; frame <= imp.getNFrames(); frame++) {
      for (int slice = 1; slice <= imp.getNSlices(); slice++) {
        positions.add(new Position(slice, frame));
      }
    }
    return positions;
  }

  /**
   * Returns whether a position is followed by another: along z in an image of several slices, each
   * frame apart, else along t.
   */
  public static boolean areNeighbours(ImagePlus imp, Position one, Position next) {
    return imp.getNSlices() > 1
        ? next.frame() == one.frame() && next.slice() == one.slice() + 1
        : next.frame() == one.frame() + 1;
  }

  /** Returns the request of one of the positions; after the largest seed comes 0. */
  public Request request(Request first, int index) {
    return isConsecutive()
        ? first.withSeed(first.sampling().rng().later(first.seed(), index))
        : first;
  }
}
