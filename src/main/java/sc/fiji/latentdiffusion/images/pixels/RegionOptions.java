package sc.fiji.latentdiffusion.images.pixels;

import sc.fiji.latentdiffusion.pipeline.Request;

/**
 * The region around a selection that the model works on.
 *
 * @param feather width in pixels of the edge inside the selection, in which the result fades into
 *     its surroundings; 0 for a sharp edge
 * @param context number of pixels around the selection's bounds that the model also sees
 * @param scale whether the region is resized to the model's size, and the result back
 */
public record RegionOptions(double feather, int context, boolean scale) {

  /** The selection's bounds as they are, with a sharp edge. */
  public static final RegionOptions SHARP = new RegionOptions(0, 0, false);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if one is out of range; the message names its key
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
   * Returns the region that a model sees: the selection's bounds, widened by the context.
   *
   * @param bounds of the selection
   * @param image the whole image
   * @throws IllegalArgumentException if the region is too large for a model
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
