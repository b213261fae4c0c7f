/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.imagej;

import ij.ImagePlus;
import ij.gui.PointRoi;
import java.awt.Point;
import sc.fiji.latentdiffusion.models.AttentionProbe;

/**
 * A selection of points, which is no area: it names a pixel of an image that is seen as a whole.
 */
public final class PointSelection {

  private PointSelection() {}

  /** Returns whether an image, or null, has one. */
  public static boolean isIn(ImagePlus image) {
    return image != null && image.getRoi() instanceof PointRoi;
  }

  /** Returns the first point of an image's selection. */
  public static AttentionProbe.Pixel first(ImagePlus image) {
    Point first = ((PointRoi) image.getRoi()).getContainedPoints()[0];
    return new AttentionProbe.Pixel(first.x, first.y);
  }

  /** Returns an image of the same pixels, which are not copied, without a selection. */
  public static ImagePlus without(ImagePlus image) {
    int[] dimensions = {image.getNChannels(), image.getNSlices(), image.getNFrames()};
    ImagePlus same = Copies.like(image, image.getTitle(), image.getStack(), dimensions);
    same.setPosition(image.getC(), image.getZ(), image.getT());
    return same;
  }
}
