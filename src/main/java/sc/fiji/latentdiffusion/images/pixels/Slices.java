package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;

/**
 * Which slices of a stack are worked on, each for itself, and with which noise.
 *
 * @param slices {@code current} or {@code all}; of a hyperstack, with all channels
 * @param seeds {@code same} for all of them, or {@code consecutive}: one more for each
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
   * @throws IllegalArgumentException naming the key, what it may be and what it was
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

  /** Whether only one slice is worked on. */
  public boolean isCurrent() {
    return slices.equals("current");
  }

  /** The positions that are worked on, in the order of the stack. */
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

  /** The request of one of the positions; its seed wraps around at the largest. */
  public Request request(Request first, int index) {
    return seeds.equals("same")
        ? first
        : first.withSeed((first.seed() + index) & Sampling.MAX_SEED);
  }
}
