/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import java.util.List;

/**
 * The areas of an image that are repainted.
 *
 * @param rois {@code selection}, {@code manager} (its selected ROIs, or all) or {@code overlay}
 * @param areas {@code together} in one run, or {@code each} in a run of its own, on the result so
 *     far
 * @param regions whether the name of a ROI is its prompt
 * @param labels whether an image of the areas' numbers is made
 * @param mask title or path of an image whose values weight the areas; empty for none
 */
public record AreaOptions(String rois, String areas, boolean regions, boolean labels, String mask) {

  /** The value of {@link #rois} for the selection of the image. */
  public static final String SELECTION = "selection";

  /** The value of {@link #rois} for the ROI Manager. */
  public static final String MANAGER = "manager";

  /** The choices of {@link #rois}. */
  public static final List<String> ROIS = List.of(SELECTION, MANAGER, "overlay");

  /** The choices of {@link #areas}. */
  public static final List<String> AREAS = List.of("together", "each");

  /** The selection, in one run. */
  public static final AreaOptions PLAIN = new AreaOptions(SELECTION, "together", false, false, "");

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public AreaOptions {
    mask = mask == null ? "" : mask.strip();
    check(ROIS, "rois", rois);
    check(AREAS, "areas", areas);
    if (regions && rois.equals(SELECTION)) {
      throw new IllegalArgumentException(
          "regions=true takes the names of ROIs as prompts, but rois=selection has none. Name ROIs"
              + " in the ROI Manager and give rois=manager, or give the prompt alone.");
    }
  }

  private static void check(List<String> choices, String key, String found) {
    if (!choices.contains(found)) {
      throw new IllegalArgumentException(
          key + " must be one of " + choices + ", but is " + found + ".");
    }
  }

  /** Returns whether the image's selection is repainted, no list of ROIs. */
  public boolean isSelection() {
    return rois.equals(SELECTION);
  }

  /** Returns whether each area has a run of its own. */
  public boolean isEach() {
    return areas.equals("each");
  }

  /** Returns whether a run is told the prompts of several areas. */
  public boolean areRegionsTogether() {
    return regions && !isEach();
  }
}
