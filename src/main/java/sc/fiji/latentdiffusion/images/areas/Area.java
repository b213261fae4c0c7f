/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import ij.gui.Roi;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/**
 * One area that is repainted.
 *
 * @param number from 1, of all areas of the image
 * @param prompt the name of its ROI as a prompt; empty if names are no prompts
 * @param roi whose pixels it has; null if it has another shape
 * @param shape its pixels inside the image, before a mask weights them
 * @param selection the same, weighted
 */
public record Area(int number, String prompt, Roi roi, Selection shape, Selection selection) {

  /** Returns a ROI around its pixels, to be changed. */
  public Roi outline() {
    if (roi != null) return (Roi) roi.clone();
    Region bounds = selection.bounds();
    ByteProcessor mask = new ByteProcessor(bounds.width(), bounds.height());
    selection.forEach((x, y, weight) -> mask.set(x - bounds.x(), y - bounds.y(), 255));
    mask.setThreshold(255, 255, ImageProcessor.NO_LUT_UPDATE);
    Roi outline = new ThresholdToSelection().convert(mask);
    outline.setLocation(outline.getXBase() + bounds.x(), outline.getYBase() + bounds.y());
    return outline;
  }
}
