/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.views.Tiling;

class RegionOptionsTest {

  private static final Region IMAGE = new Region(0, 0, 20000, 20000);

  private static String refusal(RegionOptions options, Region bounds) {
    return assertThrows(IllegalArgumentException.class, () -> options.seen(bounds, IMAGE))
        .getMessage();
  }

  @Test
  void aSmallSelectionOfALargeImageIsSeenWithItsContext() {
    Region bounds = new Region(19000, 10, 100, 90);
    assertEquals(
        new Region(18980, 0, 140, 120), new RegionOptions(4, 20, false).seen(bounds, IMAGE));
    assertEquals(bounds, RegionOptions.SHARP.seen(bounds, IMAGE));
  }

  @Test
  void moreThanAModelMayBeAskedForIsRefusedUnlessItIsScaled() {
    Region wide = new Region(0, 0, 9000, 100);
    String message = refusal(RegionOptions.SHARP, wide);
    assertTrue(message.contains("8192") && message.contains("scale"), message);
    assertEquals(wide, new RegionOptions(0, 0, true).seen(wide, IMAGE));
  }

  @Test
  void moreThanCanBeReadIsRefusedEvenIfItIsScaled() {
    String message = refusal(new RegionOptions(0, 0, true), IMAGE);
    assertTrue(message.contains("178 million") && message.contains("20000×20000"), message);
  }

  @Test
  void fittingNeedsContext() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new RegionOptions(2, 0, false, 0, true))
            .getMessage();
    assertTrue(message.contains("context is 0") && message.contains("context=32"), message);
  }

  @Test
  void detailIsAShareOfTheImagesNoise() {
    for (double detail : new double[] {-0.1, 1.1, Double.NaN}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new RegionOptions(0, 0, false, detail, false))
              .getMessage();
      assertTrue(message.contains("from 0") && message.endsWith("is " + detail + "."), message);
    }
  }

  @Test
  void anEdgeAndContextUpToTheModelsSizeSuitASelection() {
    assertEquals(
        new RegionOptions(3, 44, false, 1, true),
        RegionOptions.suggested(new Region(0, 0, 40, 30), 128));
    assertEquals(
        new RegionOptions(8, 16, false, 1, true),
        RegionOptions.suggested(new Region(0, 0, 300, 90), 128));
    assertEquals(
        new RegionOptions(0, 64, false, 1, true),
        RegionOptions.suggested(new Region(0, 0, 9, 4), 512));
  }

  @Test
  void aRegionFarFromTheModelsSizeIsNotedWithTheFactorOfScaling() {
    Region large = new Region(0, 0, 512, 400);
    String note = RegionOptions.SHARP.sizeNote(large, 128, Tiling.NONE).orElseThrow();
    assertEquals("Or \"Scale to the model's size\" resizes it by 0.25.", note);
    Region small = new Region(0, 0, 40, 30);
    note = RegionOptions.SHARP.sizeNote(small, 128, Tiling.NONE).orElseThrow();
    assertTrue(note.contains("40 × 30") && note.endsWith("resizes it by 3.20."), note);
    Region fitting = new Region(0, 0, 150, 30);
    assertTrue(RegionOptions.SHARP.sizeNote(fitting, 128, Tiling.NONE).isEmpty());
    assertTrue(RegionOptions.SHARP.sizeNote(large, 128, new Tiling(128, -1)).isEmpty());
    assertTrue(new RegionOptions(0, 0, true).sizeNote(large, 128, Tiling.NONE).isEmpty());
  }
}
