/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.macro.Interpreter;
import ij.plugin.frame.RoiManager;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * A ROI of the ROI Manager or of an overlay.
 *
 * @param number from 1, as the list counts
 * @param name empty for none
 */
record FoundRoi(int number, String name, Roi roi) {

  /** A name that the ROI Manager gives: position, y and x. */
  private static final String MANAGERS_OWN = "\\d+-\\d+(-\\d+)?";

  /** A number that the ROI Manager adds to a name that it has already. */
  private static final String REPEATED = "-\\d+$";

  /**
   * Returns the ROIs of a list, or those that are selected in it.
   *
   * @param rois {@code manager} or {@code overlay}
   * @throws IllegalArgumentException if there are none; the message says what to do
   */
  static List<FoundRoi> of(ImagePlus image, String rois) {
    List<FoundRoi> found =
        rois.equals(AreaOptions.MANAGER) ? ofManager(manager()) : ofOverlay(image);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          rois.equals(AreaOptions.MANAGER)
              ? "rois=manager repaints the ROIs of the ROI Manager, but it holds none. Add some"
                  + " (Edit ▸ Selection ▸ Add to Manager), or give rois=selection."
              : "rois=overlay repaints the ROIs of the overlay, but \""
                  + image.getTitle()
                  + "\" has none. Add some (Image ▸ Overlay ▸ Add Selection…), or give"
                  + " rois=selection.");
    }
    return found;
  }

  /** Returns the manager, a hidden one of a macro included; null if there is none. */
  private static RoiManager manager() {
    RoiManager open = RoiManager.getRawInstance();
    boolean hidden = open == null && Interpreter.isBatchModeRoiManager();
    return hidden ? Interpreter.getBatchModeRoiManager() : open;
  }

  private static List<FoundRoi> ofManager(RoiManager manager) {
    List<FoundRoi> found = new ArrayList<>();
    for (int i : manager == null ? new int[0] : manager.getIndexes()) {
      found.add(of(i + 1, manager.getName(i), manager.getRoi(i)));
    }
    return found;
  }

  private static List<FoundRoi> ofOverlay(ImagePlus image) {
    List<FoundRoi> found = new ArrayList<>();
    for (int i = 0; image.getOverlay() != null && i < image.getOverlay().size(); i++) {
      Roi roi = image.getOverlay().get(i);
      found.add(of(i + 1, roi.getName(), roi));
    }
    return found;
  }

  private static FoundRoi of(int number, String name, Roi roi) {
    return new FoundRoi(number, name == null ? "" : name.strip(), roi);
  }

  /** Returns whether it belongs to a position of an image: it may belong to all. */
  boolean isAt(ImagePlus image, Slices.Position at) {
    if (image.getNSlices() * image.getNFrames() == 1) return true;
    if (roi.hasHyperStackPosition()) {
      return isAt(roi.getZPosition(), at.slice()) && isAt(roi.getTPosition(), at.frame());
    }
    int index = roi.getPosition();
    if (index <= 0) return true;
    if (index > image.getStackSize()) return false;
    int[] position = image.convertIndexToPosition(index);
    return position[1] == at.slice() && position[2] == at.frame();
  }

  private static boolean isAt(int found, int wanted) {
    return found == 0 || found == wanted;
  }

  /**
   * Returns the name as a prompt.
   *
   * @throws IllegalArgumentException if it has none, or one that the ROI Manager gave
   */
  String prompt() {
    String prompt = name.replaceAll(REPEATED, "").strip();
    if (!prompt.isEmpty() && !name.matches(MANAGERS_OWN)) return prompt;
    throw new IllegalArgumentException(
        String.format(
            "regions=true takes the names of ROIs as prompts, but ROI %d %s. Name it by what it"
                + " should show (Rename… in the ROI Manager, or Edit ▸ Selection ▸ Properties…),"
                + " or give regions=false.",
            number,
            name.isEmpty() ? "has no name" : "has the name \"" + name + "\", which says nothing"));
  }
}
