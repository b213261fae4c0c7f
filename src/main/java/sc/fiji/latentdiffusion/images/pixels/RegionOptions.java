package sc.fiji.latentdiffusion.images.pixels;

import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * How the model looks at a selection.
 *
 * @param feather width in pixels, inside the selection, over which the result fades into what is
 *     around it; 0 for a sharp edge
 * @param context how many pixels around the selection's bounds the model sees, too
 * @param scale whether what it sees is resampled to the size it was made for, and back
 */
public record RegionOptions(double feather, int context, boolean scale) {

  /** The selection's bounds as they are, with a sharp edge. */
  public static final RegionOptions SHARP = new RegionOptions(0, 0, false);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, what it may be and what it was
   */
  public RegionOptions {
    check(Double.isFinite(feather) && feather >= 0, "feather", feather);
    check(context >= 0, "context", context);
  }

  private static void check(boolean holds, String key, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          key + " must be a number of pixels, 0 or more, but is " + found + ".");
    }
  }

  /**
   * The region that a model sees: what is selected, widened by the context.
   *
   * @param bounds of what is selected
   * @param image all of it
   * @throws IllegalArgumentException if it is larger than a model may be asked for
   */
  public Region seen(Region bounds, Region image) {
    Region seen = bounds.widened(context, image);
    if (scale) {
      seen.requireReadable();
    } else {
      seen.requireSize(Request.MAX_SIZE);
    }
    return seen;
  }
}
