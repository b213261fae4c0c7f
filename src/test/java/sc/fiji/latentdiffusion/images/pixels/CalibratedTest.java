/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ij.ImagePlus;
import ij.measure.Calibration;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;

class CalibratedTest {

  private static final Region REGION = new Region(24, 12, 30, 20);

  private static ImagePlus calibrated() {
    ImagePlus imp = TestImages.black("16-bit", 100, 80);
    Calibration calibration = imp.getCalibration();
    calibration.pixelWidth = 0.25;
    calibration.pixelHeight = 0.5;
    calibration.xOrigin = 10;
    calibration.yOrigin = 7;
    calibration.setUnit("micron");
    calibration.setFunction(Calibration.STRAIGHT_LINE, new double[] {0, 2}, "OD");
    return imp;
  }

  @Test
  void latentsHaveThePhysicalCoordinatesOfTheirPixels() {
    ImagePlus imp = calibrated();
    ImagePlus latents = TestImages.black("32-bit", 4, 3);
    Calibrated.of(imp).of(REGION).scaled(8).applyTo(latents);
    Calibration picture = imp.getCalibration();
    Calibration calibration = latents.getCalibration();
    for (int i = 0; i <= 3; i++) {
      assertEquals(picture.getX(24 + 8 * i), calibration.getX((double) i), 1e-12);
      assertEquals(picture.getY(12 + 8 * i), calibration.getY((double) i), 1e-12);
    }
    assertEquals(2, calibration.pixelWidth);
    assertEquals(4, calibration.pixelHeight);
    assertEquals("micron", calibration.getUnit());
  }

  @Test
  void decodedPictureLiesWhereItsLatentsLie() {
    ImagePlus latents = TestImages.black("32-bit", 4, 3);
    Calibrated.of(calibrated()).of(REGION).scaled(8).applyTo(latents);
    ImagePlus decoded = TestImages.black("32-bit", 32, 24);
    Calibrated.of(latents).scaled(1 / 8.0).applyTo(decoded);
    assertEquals(calibrated().getCalibration().getX(24 + 5), decoded.getCalibration().getX(5.0));
    assertEquals(0.25, decoded.getCalibration().pixelWidth);
  }

  @Test
  void coordinatesThatPointUpAreKept() {
    ImagePlus imp = calibrated();
    imp.getCalibration().yOrigin = 0;
    imp.getCalibration().setInvertY(true);
    ImagePlus latents = TestImages.black("32-bit", 4, 3);
    Calibrated.of(imp).of(REGION).scaled(8).applyTo(latents);
    assertEquals(imp.getCalibration().getY(12 + 8, 80), latents.getCalibration().getY(1, 3), 1e-12);
  }

  @Test
  void functionOfTheGreysIsNotTakenOver() {
    ImagePlus imp = calibrated();
    ImagePlus latents = TestImages.black("32-bit", 4, 3);
    Calibrated.of(imp).applyTo(latents);
    assertFalse(latents.getCalibration().calibrated());
    assertEquals("OD", imp.getCalibration().getValueUnit());
  }

  @Test
  void uncalibratedLatentsCountInPixels() {
    ImagePlus latents = TestImages.black("32-bit", 4, 3);
    Calibrated.uncalibrated().scaled(8).applyTo(latents);
    assertEquals(8, latents.getCalibration().pixelWidth);
    assertEquals(0, latents.getCalibration().xOrigin);
  }
}
