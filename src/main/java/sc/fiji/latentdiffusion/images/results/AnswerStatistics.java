/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.LUT;
import sc.fiji.latentdiffusion.images.imagej.Copies;

/**
 * Mean and standard deviation of 32-bit images, pixel by pixel: those of ImageJ's <i>Z Project</i>.
 * All sums are in double and kept up to date image by image (Welford 1962, "Note on a method for
 * calculating corrected sums of squares and products"), so that close values lose no digits.
 */
public final class AnswerStatistics {

  /** The role of the means. */
  public static final String MEAN = "mean";

  /** The role of the standard deviations. */
  public static final String DEVIATION = "deviation";

  private ImagePlus first;
  private double[][] means;
  private double[][] squares;
  private int count;

  /**
   * Adds an image.
   *
   * @param image of one slice and frame of 32-bit channels, as large as the others
   */
  public void add(ImagePlus image) {
    if (first == null) {
      first = image;
      int pixels = image.getWidth() * image.getHeight();
      means = new double[image.getNChannels()][pixels];
      squares = new double[image.getNChannels()][pixels];
    }
    count++;
    for (int c = 0; c < means.length; c++) add(values(image, c), means[c], squares[c]);
  }

  private static float[] values(ImagePlus image, int channel) {
    return (float[]) image.getStack().getProcessor(channel + 1).getPixels();
  }

  private void add(float[] values, double[] mean, double[] square) {
    for (int i = 0; i < values.length; i++) {
      double difference = values[i] - mean[i];
      mean[i] += difference / count;
      square[i] += difference * (values[i] - mean[i]);
    }
  }

  /**
   * Returns "Mean" and "SD", whose variance is the sum of squares over n − 1; nothing for fewer
   * than two images.
   */
  public Results images() {
    if (count < 2) return Results.NONE;
    double[][] deviations = new double[squares.length][];
    for (int c = 0; c < deviations.length; c++) {
      deviations[c] = new double[squares[c].length];
      for (int i = 0; i < deviations[c].length; i++) {
        deviations[c][i] = Math.sqrt(squares[c][i] / (count - 1));
      }
    }
    ImagePlus deviation = image("SD", deviations);
    displayFromZero(deviation);
    return Results.NONE.with(MEAN, image("Mean", means)).with(DEVIATION, deviation);
  }

  private ImagePlus image(String title, double[][] channels) {
    ImageStack stack = new ImageStack(first.getWidth(), first.getHeight());
    for (double[] channel : channels) {
      float[] values = new float[channel.length];
      for (int i = 0; i < values.length; i++) values[i] = (float) channel[i];
      stack.addSlice(null, values);
    }
    return Copies.like(first, title, stack, new int[] {channels.length, 1, 1});
  }

  private static void displayFromZero(ImagePlus image) {
    if (!(image instanceof CompositeImage composite)) {
      image.setDisplayRange(0, largest(values(image, 0)));
      return;
    }
    LUT[] luts = composite.getLuts();
    for (int c = 0; c < luts.length; c++) {
      luts[c].min = 0;
      luts[c].max = largest(values(image, c));
    }
    composite.setLuts(luts);
  }

  /** Returns the largest value, 1 if all are zero. */
  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) largest = Math.max(largest, Float.isNaN(value) ? 0 : value);
    return largest > 0 ? largest : 1;
  }
}
