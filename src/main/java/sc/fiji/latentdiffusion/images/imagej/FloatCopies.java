/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.imagej;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.Calibration;
import ij.plugin.CompositeConverter;
import ij.process.FloatProcessor;
import ij.process.ImageConverter;
import ij.process.LUT;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/**
 * 32-bit copies, as Image ▸ Type ▸ 32-bit makes them. They are made in two parts: first the stored
 * values, which a model's pictures replace; then their calibrated values.
 */
public final class FloatCopies {

  private FloatCopies() {}

  /**
   * Converts a copy of an image to 32 bit, with the stored values. RGB becomes a composite of three
   * channels, 0…255.
   *
   * @param copy of 8, 16 or 32 bit, or RGB; it is not used any more
   */
  public static ImagePlus stored(ImagePlus copy) {
    if (copy.getBitDepth() == 32) return copy;
    Calibration plain = copy.getCalibration().copy();
    plain.disableDensityCalibration();
    copy.setCalibration(plain);
    ImagePlus image = copy.getType() == ImagePlus.COLOR_RGB ? colours(copy) : copy;
    double min = image.getDisplayRangeMin();
    double max = image.getDisplayRangeMax();
    convert(image);
    if (!image.isComposite()) image.setDisplayRange(min, max);
    return image;
  }

  /**
   * ImageJ fails on hyperstacks of one channel, which are no composites; as stacks it takes them.
   */
  private static void convert(ImagePlus image) {
    int slices = image.getNSlices();
    int frames = image.getNFrames();
    boolean isSplit = image.isComposite() || slices * frames != image.getStackSize();
    if (!isSplit) image.setDimensions(1, slices * frames, 1);
    new ImageConverter(image).convertToGray32();
    if (!isSplit) image.setDimensions(1, slices, frames);
  }

  private static ImagePlus colours(ImagePlus rgb) {
    ImagePlus image = CompositeConverter.makeComposite(rgb);
    image.setTitle(rgb.getTitle());
    image.setCalibration(rgb.getCalibration());
    image.setOverlay(rgb.getOverlay());
    image.setProperties(rgb.getPropertiesAsArray());
    Copies.copyTexts(rgb, image);
    for (int i = 1; rgb.getStackSize() > 1 && i <= rgb.getStackSize(); i++) {
      String label = rgb.getStack().getSliceLabel(i);
      for (int c = 0; c < 3; c++) image.getStack().setSliceLabel(label, 3 * i - c);
    }
    image.setPosition(1, rgb.getZ(), rgb.getT());
    return image;
  }

  /**
   * Copies a region at a position of a 32-bit image, with all channels.
   *
   * @param image with LUTs and display ranges, which the copy has, too
   */
  public static ImagePlus region(ImagePlus image, Slices.Position at, Region region) {
    ImageStack stack = new ImageStack(region.width(), region.height());
    for (int c = 1; c <= image.getNChannels(); c++) {
      int index = image.getStackIndex(c, at.slice(), at.frame());
      FloatProcessor from = (FloatProcessor) image.getStack().getProcessor(index);
      from.setRoi(region.x(), region.y(), region.width(), region.height());
      stack.addSlice(from.crop());
    }
    ImagePlus copy = new ImagePlus("", stack);
    copy.setDimensions(stack.size(), 1, 1);
    if (image instanceof CompositeImage composite) {
      CompositeImage copied = new CompositeImage(copy, composite.getMode());
      copied.setLuts(composite.getLuts());
      return copied;
    }
    copy.getProcessor().setColorModel(image.getProcessor().getColorModel());
    copy.setDisplayRange(image.getDisplayRangeMin(), image.getDisplayRangeMax());
    return copy;
  }

  /**
   * Makes calibrated values of stored ones, and of the display ranges.
   *
   * @param image of 32 bit, from {@link #stored}
   * @param calibration of the image that it is a copy of
   */
  public static void calibrate(ImagePlus image, Calibration calibration) {
    if (!calibration.calibrated()) return;
    double[] ranges = ranges(image);
    ImageStack stack = image.getStack();
    for (int i = 1; i <= stack.size(); i++) {
      float[] values = (float[]) stack.getPixels(i);
      for (int j = 0; j < values.length; j++) values[j] = value(values[j], calibration);
    }
    for (int i = 0; i < ranges.length; i++) ranges[i] = calibration.getCValue(ranges[i]);
    setRanges(image, ranges);
    Calibration named = image.getCalibration().copy();
    named.setValueUnit(calibration.getValueUnit());
    image.setCalibration(named);
  }

  private static double[] ranges(ImagePlus image) {
    if (!image.isComposite()) {
      return new double[] {image.getDisplayRangeMin(), image.getDisplayRangeMax()};
    }
    LUT[] luts = image.getLuts();
    double[] ranges = new double[2 * luts.length];
    for (int c = 0; c < luts.length; c++) {
      ranges[2 * c] = luts[c].min;
      ranges[2 * c + 1] = luts[c].max;
    }
    return ranges;
  }

  private static void setRanges(ImagePlus image, double[] ranges) {
    if (!(image instanceof CompositeImage composite)) {
      image.setDisplayRange(ranges[0], ranges[1]);
      return;
    }
    LUT[] luts = composite.getLuts();
    for (int c = 0; c < luts.length; c++) {
      luts[c].min = ranges[2 * c];
      luts[c].max = ranges[2 * c + 1];
    }
    composite.setLuts(luts);
  }

  /** Returns ImageJ's value of a whole number, and between them what its function gives. */
  private static float value(float stored, Calibration calibration) {
    float[] table = calibration.getCTable();
    if (table == null) return stored;
    int below = (int) Math.min(table.length - 1, Math.max(0, Math.floor(stored)));
    if (below == stored) return table[below];
    if (calibration.getCoefficients() != null) return (float) calibration.getCValue(stored);
    int above = Math.min(table.length - 1, below + 1);
    float part = Math.min(1, Math.max(0, stored - below));
    return table[below] + part * (table[above] - table[below]);
  }
}
