package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;

/**
 * The slices of a stack that are repainted, each in a run of its own, and their noise.
 *
 * @param slices {@code current} or {@code all}; in a hyperstack with all channels
 * @param seeds {@code same} for all of them, or {@code consecutive}: the next seed for each
 */
public record Slices(String slices, String seeds) {

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
   * Checks both values.
   *
   * @throws IllegalArgumentException if one is unknown; the message names its key
   */
  public Slices {
    check(SLICES, "slices", slices);
    check(SEEDS, "seeds", seeds);
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

  /** Returns the request of one of the positions; after the largest seed comes 0. */
  public Request request(Request first, int index) {
    return isConsecutive() ? first.withSeed((first.seed() + index) & Sampling.MAX_SEED) : first;
  }
}
