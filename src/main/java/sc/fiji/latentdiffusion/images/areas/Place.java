/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import java.util.List;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * Where a run paints.
 *
 * @param at the position in the input image
 * @param areas that are painted together, at least one
 * @param selection all their pixels; each has the largest of the areas' weights
 * @param seen the region that the model sees
 */
public record Place(Slices.Position at, List<Area> areas, Selection selection, Region seen) {

  /** Copies the areas. */
  public Place {
    areas = List.copyOf(areas);
  }
}
