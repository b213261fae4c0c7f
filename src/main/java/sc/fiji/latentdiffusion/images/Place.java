package sc.fiji.latentdiffusion.images;

import ij.ImagePlus;
import ij.measure.Calibration;

/**
 * Where a picture lies in space, so that its latents can be laid over it: an image coordinate p has
 * the physical coordinate (p − origin) · pixelWidth, which stays the same in both.
 */
final class Place {

  private final Calibration calibration;

  private Place(Calibration calibration) {
    this.calibration = calibration;
  }

  /** A picture without calibration: pixels of size one, the origin in its corner. */
  static Place uncalibrated() {
    return new Place(new Calibration());
  }

  /** The place of an image. */
  static Place of(ImagePlus imp) {
    Calibration calibration = imp.getCalibration().copy();
    calibration.disableDensityCalibration();
    if (calibration.getInvertY() && calibration.yOrigin == 0) {
      calibration.yOrigin = imp.getHeight() - 1;
    }
    return new Place(calibration);
  }

  /** The place of a region of the image at this place. */
  Place of(Region region) {
    return transformed(region.x(), region.y(), 1, 1);
  }

  /** The same place with pixels larger by a factor, 8 for the latents of a picture. */
  Place scaled(double factor) {
    return scaled(factor, factor);
  }

  /** The same place with pixels wider and higher by factors. */
  Place scaled(double horizontal, double vertical) {
    return transformed(0, 0, horizontal, vertical);
  }

  private Place transformed(double x, double y, double horizontal, double vertical) {
    Calibration moved = calibration.copy();
    moved.xOrigin = (calibration.xOrigin - x) / horizontal;
    moved.yOrigin = (calibration.yOrigin - y) / vertical;
    moved.pixelWidth = calibration.pixelWidth * horizontal;
    moved.pixelHeight = calibration.pixelHeight * vertical;
    return new Place(moved);
  }

  /** Calibrates an image. */
  void applyTo(ImagePlus imp) {
    imp.setCalibration(calibration.copy());
  }
}
