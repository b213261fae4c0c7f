/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import ij.ImagePlus;
import ij.ImageStack;
import sc.fiji.latentdiffusion.images.results.LatentImages;

/** Compares latent images. */
public final class LatentMath {

  private LatentMath() {}

  /**
   * Subtracts the first frame of an image from that of another one.
   *
   * @param title of the result
   * @param a with as many channels as b, of its size
   * @param label of the frame
   * @return a − b
   */
  public static ImagePlus difference(String title, ImagePlus a, ImagePlus b, String label) {
    ImageStack stack = new ImageStack(a.getWidth(), a.getHeight());
    for (int c = 1; c <= a.getNChannels(); c++) {
      float[] x = (float[]) a.getStack().getPixels(c);
      float[] y = (float[]) b.getStack().getPixels(c);
      float[] difference = new float[x.length];
      for (int i = 0; i < x.length; i++) difference[i] = x[i] - y[i];
      stack.addSlice(label + ", channel " + c, difference);
    }
    ImagePlus image = LatentImages.differences(title, stack, stack.size(), 1);
    image.setCalibration(a.getCalibration().copy());
    return image;
  }

  /** Returns the root of the mean square of all values of an image of 32 bit. */
  public static double rms(ImagePlus image) {
    double squares = 0;
    long count = 0;
    for (int i = 1; i <= image.getStackSize(); i++) {
      for (float value : (float[]) image.getStack().getPixels(i)) {
        squares += (double) value * value;
        count++;
      }
    }
    return Math.sqrt(squares / count);
  }
}
