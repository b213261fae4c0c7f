/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.measure.Measurements;
import ij.process.ImageProcessor;
import ij.process.ImageStatistics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/** Describes the image that a command works on, for the first line of its dialog. */
public final class ImageSubject {

  /** Longer titles are cut. */
  private static final int LONG = 40;

  private ImageSubject() {}

  /**
   * Describes the part of an image that a command works on.
   *
   * @param image one that {@link ImageDiffusion#check} accepts
   * @return for example: the oval selection (30 × 40 pixels) of "Cells": 64 × 64, 16-bit, slice 2
   *     of 3, values 0…235
   */
  public static String of(ImagePlus image) {
    Region seen = Selection.of(image, 0).bounds();
    Roi roi = image.getRoi();
    String part =
        roi == null
            ? "all of "
            : String.format(
                "the %s selection (%d × %d pixels) of ", shape(roi), seen.width(), seen.height());
    return part
        + title(image)
        + String.format(": %d × %d pixels, ", image.getWidth(), image.getHeight())
        + type(image)
        + position(image)
        + values(image, seen);
  }

  /** Names a latent image, with its current frame if there are several. */
  public static String ofLatents(ImagePlus latent) {
    return latent.getNFrames() == 1
        ? title(latent)
        : String.format(
            "%s, frame %d of %d", title(latent), latent.getFrame(), latent.getNFrames());
  }

  /** Returns an image's title in quotes, cut if it is long. */
  private static String title(ImagePlus image) {
    String title = image.getTitle();
    return "\"" + (title.length() <= LONG ? title : title.substring(0, LONG) + "…") + "\"";
  }

  private static String shape(Roi roi) {
    return roi.getTypeAsString().toLowerCase(Locale.ROOT);
  }

  private static String type(ImagePlus image) {
    String type = image.getType() == ImagePlus.COLOR_RGB ? "RGB" : image.getBitDepth() + "-bit";
    int channels = image.getNChannels();
    return channels == 1 ? type : type + ", " + channels + " channels";
  }

  private static String position(ImagePlus image) {
    return part("slice", image.getZ(), image.getNSlices())
        + part("frame", image.getT(), image.getNFrames());
  }

  private static String part(String name, int at, int count) {
    return count == 1 ? "" : String.format(", %s %d of %d", name, at, count);
  }

  /** The values of the region, as ImageJ shows them; several channels have no values in common. */
  private static String values(ImagePlus image, Region seen) {
    if (image.getType() == ImagePlus.COLOR_RGB || image.getNChannels() > 1) return "";
    ImageProcessor pixels = image.getProcessor().createProcessor(seen.width(), seen.height());
    pixels.insert(image.getProcessor(), -seen.x(), -seen.y());
    ImageStatistics range =
        ImageStatistics.getStatistics(pixels, Measurements.MIN_MAX, image.getCalibration());
    return ", values " + number(range.min) + "…" + number(range.max);
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) return String.valueOf(value);
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toString();
  }
}
