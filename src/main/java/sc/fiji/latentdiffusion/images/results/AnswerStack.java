/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import sc.fiji.latentdiffusion.images.imagej.Copies;

/** Collects single images of one size and type as the slices of a hyperstack. */
public final class AnswerStack {

  private final String title;
  private ImagePlus first;
  private ImageStack channels;
  private int size;

  /**
   * @param title of the hyperstack
   */
  public AnswerStack(String title) {
    this.title = title;
  }

  /**
   * Appends the current slice and frame of an image, whose pixels are not copied.
   *
   * @param image as large as the others, of the same type and number of channels
   * @param label of its slices
   */
  public void add(ImagePlus image, String label) {
    if (first == null) {
      first = image;
      channels = new ImageStack(image.getWidth(), image.getHeight());
    }
    for (int c = 1; c <= image.getNChannels(); c++) {
      int index = image.getStackIndex(c, image.getZ(), image.getT());
      channels.addSlice(label, image.getStack().getProcessor(index).getPixels());
    }
    size++;
  }

  /** Returns the number of images. */
  public int size() {
    return size;
  }

  /**
   * Returns the hyperstack, with the colours, display ranges, calibration and selection of the
   * first image.
   *
   * @param frames among which the images are divided, in their order; a divisor of their number
   */
  public ImagePlus image(int frames) {
    int[] dimensions = {first.getNChannels(), size / frames, frames};
    ImagePlus image = Copies.like(first, title, channels, dimensions);
    Roi roi = first.getRoi();
    if (roi != null) image.setRoi((Roi) roi.clone());
    return image;
  }
}
