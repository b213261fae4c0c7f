/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.CompositeImage;
import ij.IJ;
import ij.ImagePlus;
import ij.process.LUT;
import java.awt.Color;
import java.util.Arrays;

/**
 * The display of latents and noise: one channel at a time in colours around zero, with a range for
 * each channel, the same in all frames. It is the range of the last frame, or of half of the
 * frames, if that is larger; the noise of earlier frames may saturate, in the display only.
 */
public final class LatentDisplay {

  /** The part of a frame's values that lie within its range; few single ones do not. */
  private static final double SHARE = 0.98;

  private LatentDisplay() {}

  /** Sets ranges and colours, and the position: the last frame's channel with most variance. */
  static void applyTo(CompositeImage imp) {
    for (int c = 1; c <= imp.getNChannels(); c++) {
      imp.setChannelLut(DivergingLut.of(limit(imp, c)), c);
    }
    choose(imp);
  }

  /** Sets each channel's range from −max to max of its absolute values. */
  static void symmetric(CompositeImage imp) {
    for (int c = 1; c <= imp.getNChannels(); c++) {
      double most = largest(imp, c, true);
      imp.setChannelLut(DivergingLut.of(most > 0 ? most : 1), c);
    }
  }

  /** Sets greys from 0 to each channel's largest value. */
  public static void fromZero(CompositeImage imp) {
    fromZero(imp, LUT.createLutFromColor(Color.WHITE));
  }

  /** Sets colours from 0 to each channel's largest value over all frames and slices. */
  public static void fromZero(CompositeImage imp, LUT colours) {
    for (int c = 1; c <= imp.getNChannels(); c++) {
      LUT lut = (LUT) colours.clone();
      double most = largest(imp, c, false);
      lut.min = 0;
      lut.max = most > 0 ? most : 1;
      imp.setChannelLut(lut, c);
    }
  }

  /** Sets the same colours and range in all channels. */
  public static void same(CompositeImage imp, LUT colours) {
    for (int c = 1; c <= imp.getNChannels(); c++) imp.setChannelLut((LUT) colours.clone(), c);
  }

  private static double largest(ImagePlus imp, int channel, boolean absolute) {
    double most = 0;
    for (int t = 1; t <= imp.getNFrames(); t++) {
      for (float value : values(imp, channel, t)) {
        most = Math.max(most, absolute ? Math.abs(value) : value);
      }
    }
    return most;
  }

  /** Returns whether an image has these colours in all channels, and shows their sum. */
  public static boolean isAddedUp(ImagePlus imp) {
    return imp instanceof CompositeImage composite
        && composite.getMode() == IJ.COMPOSITE
        && Arrays.stream(composite.getLuts()).allMatch(DivergingLut::hasColours);
  }

  /** Sets the position: the last frame's channel with most variance. */
  public static void choose(CompositeImage imp) {
    int frame = imp.getNFrames();
    int shown = 1;
    double most = -1;
    for (int c = 1; c <= imp.getNChannels(); c++) {
      double variance = variance(values(imp, c, frame));
      if (variance > most) {
        shown = c;
        most = variance;
      }
    }
    imp.setPosition(shown, 1, frame);
  }

  /** Joins the values of all slices. */
  private static float[] values(ImagePlus imp, int channel, int frame) {
    int size = imp.getWidth() * imp.getHeight();
    float[] values = new float[Math.multiplyExact(size, imp.getNSlices())];
    for (int z = 1; z <= imp.getNSlices(); z++) {
      Object pixels = imp.getStack().getPixels(imp.getStackIndex(channel, z, frame));
      System.arraycopy(pixels, 0, values, (z - 1) * size, size);
    }
    return values;
  }

  private static double limit(ImagePlus imp, int channel) {
    double[] limits = new double[imp.getNFrames()];
    Arrays.setAll(limits, t -> limit(values(imp, channel, t + 1)));
    double last = limits[limits.length - 1];
    Arrays.sort(limits);
    double limit = Math.max(last, limits[(limits.length - 1) / 2]);
    return limit > 0 ? limit : 1;
  }

  /** Returns the distance from zero that few values exceed. */
  private static double limit(float[] values) {
    float[] distances = values.clone();
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.abs(distances[i]);
    }
    Arrays.sort(distances);
    return distances[(int) Math.ceil(SHARE * distances.length) - 1];
  }

  private static double variance(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    return squares / values.length - mean * mean;
  }
}
