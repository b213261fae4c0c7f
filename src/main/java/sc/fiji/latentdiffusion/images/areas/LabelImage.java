/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.Calibration;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.util.List;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/** The image of the areas' numbers, 0 elsewhere, as StarDist and Cellpose read labels. */
public final class LabelImage {

  /** The title. */
  public static final String TITLE = "Labels";

  /** The role in the results. */
  public static final String ROLE = "labelled";

  /** The largest number in 16 bit. */
  private static final int MOST = 65535;

  private LabelImage() {}

  /**
   * Checks that the areas can be numbered.
   *
   * @throws IllegalArgumentException if they are too many
   */
  static void require(int areas) {
    if (areas <= MOST) return;
    throw new IllegalArgumentException(
        String.format(
            "labels=true numbers at most %d areas, the values of a 16-bit image, but there are %d."
                + " Select fewer, or give labels=false.",
            MOST, areas));
  }

  /**
   * Draws the numbers.
   *
   * @param image that is repainted
   * @param places of all runs, in their order; the later ones win
   * @param isWhole whether the labels have all slices and frames of the image, not one
   * @param areas the number of areas; the display range ends there
   * @return 16-bit, with the image's calibration
   */
  public static ImagePlus of(ImagePlus image, List<Place> places, boolean isWhole, int areas) {
    int slices = isWhole ? image.getNSlices() : 1;
    int frames = isWhole ? image.getNFrames() : 1;
    ImageStack stack = new ImageStack(image.getWidth(), image.getHeight());
    for (int i = 0; i < slices * frames; i++) {
      stack.addSlice(new ShortProcessor(image.getWidth(), image.getHeight()));
    }
    for (Place place : places) {
      Slices.Position at = place.at();
      int slice = isWhole ? (at.frame() - 1) * slices + at.slice() : 1;
      for (Area area : place.areas()) draw(area, stack.getProcessor(slice));
    }
    ImagePlus labels = new ImagePlus(TITLE, stack);
    labels.setDimensions(1, slices, frames);
    labels.setOpenAsHyperStack(slices > 1 && frames > 1);
    labels.setCalibration(spatial(image));
    labels.setDisplayRange(0, areas);
    return labels;
  }

  private static void draw(Area area, ImageProcessor slice) {
    area.selection().forEach((x, y, weight) -> slice.set(x, y, area.number()));
  }

  /** A calibration of values is not one of numbers. */
  private static Calibration spatial(ImagePlus image) {
    Calibration calibration = image.getCalibration().copy();
    calibration.setFunction(Calibration.NONE, null, "Gray Value");
    return calibration;
  }
}
