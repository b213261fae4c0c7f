/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.training;

import ij.ImagePlus;
import ij.ImageStack;

/** Pictures of one seed that a model makes on its way through a training, frame after frame. */
final class Samples {

  /** The title of the stack. */
  static final String TITLE = "Training samples";

  private ImageStack stack;

  /** Adds a picture. */
  void add(ImagePlus picture, int step) {
    if (stack == null) stack = new ImageStack(picture.getWidth(), picture.getHeight());
    stack.addSlice("step " + step, picture.getProcessor().convertToRGB());
  }

  boolean isEmpty() {
    return stack == null;
  }

  ImagePlus image() {
    ImagePlus image = new ImagePlus(TITLE, stack);
    image.setDimensions(1, 1, stack.size());
    if (stack.size() > 1) image.setOpenAsHyperStack(true);
    image.setPosition(1, 1, stack.size());
    return image;
  }
}
