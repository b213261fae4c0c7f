package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import java.awt.Color;
import org.junit.jupiter.api.Test;

class CopiesTest {

  private static ImagePlus input(ImageProcessor ip) {
    for (int i = 0; i < ip.getPixelCount(); i++) {
      ip.set(i, 40 + i);
    }
    ImagePlus imp = new ImagePlus("input", ip);
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
    assertCopied(input(new ByteProcessor(6, 5)));
    assertCopied(input(new ShortProcessor(6, 5)));
    assertCopied(input(new FloatProcessor(6, 5)));
  }

  @Test
  void changingTheCopyLeavesTheInput() {
    ImagePlus imp = input(new ByteProcessor(6, 5));
    ImagePlus copy = Copies.of(imp, "copy");
    copy.getProcessor().set(0, 200);
    copy.setProperty("Info", "other");
    copy.getOverlay().clear();
    assertEquals(40, imp.getProcessor().get(0));
    assertEquals("Objective=60x", imp.getProperty("Info"));
    assertEquals(1, imp.getOverlay().size());
  }
}
