/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * The region around a selection that the model works on.
 *
 * @param feather width in pixels of the edge inside the selection, in which the result fades into
 *     its surroundings; 0 for a sharp edge
 * @param context number of pixels around the selection's bounds that the model also sees
 * @param scale whether the region is resized to the model's size, and the result back
 * @param detail the share of the image's noise and texture that the result gets, 0…1
 * @param level whether the result's values are fitted to the image around the selection
 */
public record RegionOptions(
    double feather, int context, boolean scale, double detail, boolean level) {

  /**
   * A region that is so many times larger or smaller than the model's pictures is far from them.
   */
  private static final double FAR = 1.5;

  private static final int MOST_FEATHER = 8;
  private static final int MOST_REPAIR_FEATHER = 4;
  private static final int LEAST_CONTEXT = 16;
  private static final int MOST_CONTEXT = 64;

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
    if (!(detail >= 0 && detail <= 1)) {
      throw new IllegalArgumentException(
          "detail must be from 0 (none of the image's noise and texture) to 1 (all of it), but is "
              + detail
              + ".");
    }
    if (level && context == 0) {
      throw new IllegalArgumentException(
          "level=true fits the result to the pixels around the selection, but context is 0, so"
              + " that the model sees none. Give context (context=32), or level=false.");
    }
  }

  /** Returns options without fitted values. */
  public RegionOptions(double feather, int context, boolean scale) {
    this(feather, context, scale, 0, false);
  }

  /**
   * Notes on a region that is far from the size of the pictures that a model was trained with.
   *
   * @param seen by the model
   * @param size width and height of those pictures, in pixels
   * @param tiling of the region
   * @return one, with the factor by which scaling would resize the region, which for a large one
   *     goes on from {@link Tiling#suggestion}; empty if the size fits, the region is scaled, or it
   *     is large and seen in tiles
   */
  public Optional<String> sizeNote(Region seen, int size, Tiling tiling) {
    double factor = (double) size / Math.max(seen.width(), seen.height());
    boolean isLarge = factor < 1 / FAR;
    if (scale || isLarge && tiling.isOn() || !isLarge && factor <= FAR) return Optional.empty();
    String scaling = "\"Scale to the model's size\"";
    return Optional.of(
        isLarge
            ? String.format(Locale.ROOT, "Or %s resizes it by %.2f.", scaling, factor)
            : String.format(
                Locale.ROOT,
                "The model sees %d × %d pixels, but was made for %d × %d. %s resizes it by %.2f.",
                seen.width(),
                seen.height(),
                size,
                size,
                scaling,
                factor));
  }

  /**
   * Returns options that suit a selection: a soft edge of an eighth of its width, fitted values,
   * all of the image's noise, and so much context that the model sees about a picture of the size
   * that it was made for. Measured without fitting, with the built-in model, strength 0.6, on ovals
   * of 32 and 64 pixels in a micrograph of nuclei: the step at the edge falls from 7 % of the range
   * to 1 or 2 %, and two thirds of the change within the oval remain.
   *
   * @param bounds of the selection
   * @param size width and height of the pictures that the model was trained with, in pixels
   */
  public static RegionOptions suggested(Region bounds, int size) {
    int longer = Math.max(bounds.width(), bounds.height());
    int shorter = Math.min(bounds.width(), bounds.height());
    int feather = Math.min(MOST_FEATHER, shorter / 8);
    int context = Math.min(MOST_CONTEXT, Math.max(LEAST_CONTEXT, (size - longer) / 2));
    return new RegionOptions(feather, context, false, 1, true);
  }

  /**
   * Returns options that suit a repair of a selection: fitted values, all of the image's noise, an
   * edge that is soft over few pixels, and so much around the selection that it is at most three
   * quarters as wide as what the model sees. What is seen is scaled where it is far larger than the
   * model's pictures.
   *
   * @param bounds of the selection
   * @param size width and height of the pictures that the model was trained with, in pixels
   */
  public static RegionOptions repairing(Region bounds, int size) {
    int longer = Math.max(bounds.width(), bounds.height());
    int shorter = Math.min(bounds.width(), bounds.height());
    int feather = Math.min(MOST_REPAIR_FEATHER, shorter / 12);
    int context = Math.max((size - longer) / 2, longer / 6);
    boolean scale = longer + 2 * context > FAR * size;
    return new RegionOptions(feather, context, scale, 1, true);
  }

  /** Returns the texts, by key, that dialogs suggest. */
  public Map<String, String> texts() {
    return Map.of(
        "feather",
        MacroLine.text(feather),
        "context",
        MacroLine.text(context),
        "detail",
        MacroLine.text(detail),
        "level",
        MacroLine.text(level));
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
