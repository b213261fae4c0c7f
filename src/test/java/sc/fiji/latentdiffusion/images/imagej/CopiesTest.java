/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.LUT;
import java.awt.Color;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;

class CopiesTest {

  private static ImagePlus decorated(String type) {
    ImagePlus imp = TestImages.random(type, 6, 5, 1);
    imp.getProcessor().set(0, 40);
    imp.setLut(LUT.createLutFromColor(Color.GREEN));
    imp.setDisplayRange(45, 60);
    imp.getCalibration().pixelWidth = 0.1;
    imp.getCalibration().setUnit("micron");
    imp.setOverlay(new Overlay(new Roi(1, 1, 2, 2)));
    imp.setProp("Slice_Label", "the slice");
    imp.setProp("Stain", "DAPI");
    imp.setProperty("Info", "Objective=60x");
    imp.setRoi(2, 2, 3, 3);
    return imp;
  }

  private static void assertCopied(ImagePlus imp) {
    ImagePlus copy = Copies.of(imp, "copy");
    assertEquals("copy", copy.getTitle());
    assertEquals(imp.getType(), copy.getType());
    assertEquals(imp.getWidth(), copy.getWidth());
    for (int i = 0; i < imp.getProcessor().getPixelCount(); i++) {
      assertEquals(imp.getProcessor().get(i), copy.getProcessor().get(i));
    }
    assertArrayEquals(imp.getLuts()[0].getBytes(), copy.getLuts()[0].getBytes());
    assertEquals(45, copy.getDisplayRangeMin());
    assertEquals(60, copy.getDisplayRangeMax());
    assertEquals(imp.getCalibration().toString(), copy.getCalibration().toString());
    assertNotSame(imp.getCalibration(), copy.getCalibration());
    assertEquals(1, copy.getOverlay().size());
    assertEquals("the slice", copy.getProp("Slice_Label"));
    assertEquals("DAPI", copy.getProp("Stain"));
    assertEquals("Objective=60x", copy.getProperty("Info"));
  }

  @Test
  void everythingOfAnImageIsCopiedWhole() {
    assertCopied(decorated("8-bit"));
    assertCopied(decorated("16-bit"));
    assertCopied(decorated("32-bit"));
  }

  @Test
  void changingTheCopyLeavesTheInput() {
    ImagePlus imp = decorated("8-bit");
    ImagePlus copy = Copies.of(imp, "copy");
    copy.getProcessor().set(0, 200);
    copy.setProperty("Info", "other");
    copy.getOverlay().clear();
    assertEquals(40, imp.getProcessor().get(0));
    assertEquals("Objective=60x", imp.getProperty("Info"));
    assertEquals(1, imp.getOverlay().size());
  }
}
