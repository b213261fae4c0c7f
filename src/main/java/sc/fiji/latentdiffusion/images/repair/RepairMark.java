/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.repair;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * The ROI around invented pixels in the overlay of a result. Measurements don't use overlays; Image
 * ▸ Overlay ▸ Hide Overlay hides them.
 */
public final class RepairMark {

  /** The name of the ROI. */
  public static final String NAME = "Repaired";

  private RepairMark() {}

  /**
   * Adds a ROI to an image's overlay, at the position where its pixels were invented.
   *
   * @param roi that was repaired
   * @param channel that was repaired alone, from 1; 0 for all
   */
  public static void mark(ImagePlus image, Roi roi, int channel, Slices.Position at) {
    Roi repaired = (Roi) roi.clone();
    place(repaired, image, channel, at);
    add(image, repaired);
  }

  /**
   * Adds a ROI to an image's overlay, in all slices.
   *
   * @param roi that was repaired
   */
  public static void mark(ImagePlus image, Roi roi) {
    Roi repaired = (Roi) roi.clone();
    repaired.setPosition(0);
    add(image, repaired);
  }

  private static void add(ImagePlus image, Roi repaired) {
    repaired.setName(NAME);
    Overlay overlay = image.getOverlay() == null ? new Overlay() : image.getOverlay();
    overlay.add(repaired);
    image.setOverlay(overlay);
  }

  private static void place(Roi roi, ImagePlus image, int channel, Slices.Position at) {
    if (image.getStackSize() == 1) {
      roi.setPosition(0);
    } else if (image.isHyperStack() || image.getNChannels() > 1) {
      roi.setPosition(channel, at.slice(), at.frame());
    } else {
      roi.setPosition(image.getStackIndex(1, at.slice(), at.frame()));
    }
  }
}
