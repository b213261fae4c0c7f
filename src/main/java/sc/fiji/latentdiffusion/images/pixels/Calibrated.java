/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import ij.ImagePlus;
import ij.measure.Calibration;

/**
 * The calibration of an image, from which its regions and their latents get theirs. An image
 * coordinate p has the physical coordinate (p − origin) · pixelWidth. A point keeps its physical
 * coordinate, and latents can be laid over their image.
 */
public final class Calibrated {

  private final Calibration calibration;

  private Calibrated(Calibration calibration) {
    this.calibration = calibration;
  }

  /** Returns no calibration: pixels of size one, the origin in the upper left corner. */
  public static Calibrated uncalibrated() {
    return new Calibrated(new Calibration());
  }

  /** Returns the calibration of an image. */
  public static Calibrated of(ImagePlus imp) {
    Calibration calibration = imp.getCalibration().copy();
    calibration.disableDensityCalibration();
    if (calibration.getInvertY() && calibration.yOrigin == 0) {
      calibration.yOrigin = imp.getHeight() - 1;
    }
    return new Calibrated(calibration);
  }

  /** Returns the calibration of a region of the image. */
  public Calibrated of(Region region) {
    return transformed(region.x(), region.y(), 1, 1);
  }

  /** Returns the same with pixels larger by a factor, 8 for the latents of a picture. */
  public Calibrated scaled(double factor) {
    return scaled(factor, factor);
  }

  /** Returns the same with pixels wider and higher by factors. */
  public Calibrated scaled(double horizontal, double vertical) {
    return transformed(0, 0, horizontal, vertical);
  }

  /** Returns the same with frames that are one of a unit apart. */
  public Calibrated inTime(String unit) {
    Calibration timed = calibration.copy();
    timed.frameInterval = 1;
    timed.setTimeUnit(unit);
    return new Calibrated(timed);
  }

  private Calibrated transformed(double x, double y, double horizontal, double vertical) {
    Calibration moved = calibration.copy();
    moved.xOrigin = (calibration.xOrigin - x) / horizontal;
    moved.yOrigin = (calibration.yOrigin - y) / vertical;
    moved.pixelWidth = calibration.pixelWidth * horizontal;
    moved.pixelHeight = calibration.pixelHeight * vertical;
    return new Calibrated(moved);
  }

  /** Calibrates an image. */
  public void applyTo(ImagePlus imp) {
    imp.setCalibration(calibration.copy());
  }
}
