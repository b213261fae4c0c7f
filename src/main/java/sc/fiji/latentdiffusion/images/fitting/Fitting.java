/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import java.util.List;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/**
 * How results are fitted to the image into which they go.
 *
 * @param level whether gain and offset are to be fitted to the surroundings
 * @param detail the share of the image's noise and texture that results get, 0…1
 * @param around the selection; null if results stay as they are
 * @param repairs whether nothing of what is selected may return
 */
public record Fitting(boolean level, double detail, Surroundings around, boolean repairs) {

  private static final Fitting NONE = new Fitting(false, 0, null, false);

  /**
   * Returns the fitting that options ask for.
   *
   * @param selection the pixels that change
   * @param seen by the model
   */
  public static Fitting of(RegionOptions options, Selection selection, Region seen) {
    if (!options.level() && options.detail() == 0) return NONE;
    Surroundings around = Surroundings.of(selection, seen, options.feather());
    return new Fitting(options.level(), options.detail(), around, false);
  }

  /** Returns the same fitting of results in which nothing of what is selected may return. */
  public Fitting ofRepair() {
    return new Fitting(level, detail, around, true);
  }

  /** Hides the values of selected pixels, if nothing of them may return. */
  void hide(double[] values) {
    for (int i = 0; repairs && around != null && i < values.length; i++) {
      if (!around.isAround(i)) values[i] = Double.NaN;
    }
  }

  /** Returns whether results stay as they are. */
  public boolean isNone() {
    return !fitsLevel() && !givesDetail();
  }

  /** Returns whether gain and offset are asked for, and the surroundings suffice. */
  boolean fitsLevel() {
    return level && around.isEnough();
  }

  /** Returns whether results get noise and texture. */
  public boolean givesDetail() {
    return detail > 0;
  }

  /** Returns a warning if the surroundings do not suffice. */
  public List<String> warnings() {
    if (!level || around.isEnough()) return List.of();
    return List.of(
        String.format(
            "level=true needs at least %d pixels around the selection to fit the result to, but the"
                + " model sees %d: gain and offset stay as they are. Give more context, or select"
                + " less.",
            Surroundings.LEAST, around.size()));
  }
}
