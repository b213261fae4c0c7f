/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/** The gain and offset that fit a result to the image around a selection. */
class LevelTest {

  private static final int WIDTH = 40;
  private static final int HEIGHT = 32;
  private static final Region SEEN = new Region(3, 2, WIDTH, HEIGHT);

  private static Selection selection(Roi roi) {
    ImagePlus image = TestImages.black("8-bit", 50, 40);
    image.setRoi(roi);
    return Selection.of(image, 0);
  }

  private static Surroundings around(Roi roi, double feather) {
    return Surroundings.of(selection(roi), SEEN, feather);
  }

  private static double[] random(long seed) {
    return new Random(seed).doubles(WIDTH * HEIGHT, 10, 200).toArray();
  }

  @Test
  void aResultThatDiffersByGainAndOffsetBecomesTheImage() {
    double[] image = random(1);
    double[] made = new double[image.length];
    for (int i = 0; i < made.length; i++) made[i] = image[i] / 1.6 - 30;
    Surroundings around = around(new OvalRoi(14, 10, 16, 14), 0);
    Level level = Level.fitted(image, made, around);
    assertEquals(1.6, level.gain(), 1e-12);
    double outside = 0;
    double inside = 0;
    int outer = 0;
    int inner = 0;
    for (int i = 0; i < image.length; i++) {
      if (around.isOuterRim(i)) {
        outside += image[i];
        outer++;
      }
      if (around.isInnerRim(i)) {
        inside += level.of(made[i]);
        inner++;
      }
    }
    assertEquals(outside / outer, inside / inner, 1e-9);
  }

  @Test
  void gainsStayBetweenHalfAndTwo() {
    double[] image = random(2);
    double[] faint = new double[image.length];
    double[] opposite = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      faint[i] = image[i] / 10;
      opposite[i] = -image[i];
    }
    Surroundings around = around(new Roi(14, 10, 16, 14), 0);
    assertEquals(2, Level.fitted(image, faint, around).gain());
    assertEquals(0.5, Level.fitted(image, opposite, around).gain());
  }

  @Test
  void aConstantResultIsMovedAlone() {
    double[] made = new double[WIDTH * HEIGHT];
    Arrays.fill(made, 7);
    double[] image = new double[WIDTH * HEIGHT];
    Arrays.fill(image, 100);
    assertEquals(new Level(1, 93), Level.fitted(image, made, around(new Roi(14, 10, 16, 14), 0)));
  }

  @Test
  void valuesThatAreNotFiniteAreLeftOut() {
    double[] image = random(3);
    double[] made = image.clone();
    Surroundings around = around(new Roi(14, 10, 16, 14), 0);
    for (int i = 0; i < image.length; i += 7) image[i] = i % 2 == 0 ? Double.NaN : 1 / 0.0;
    Level level = Level.fitted(image, made, around);
    assertEquals(1, level.gain(), 1e-12);
    assertTrue(Double.isFinite(level.offset()), level.toString());
    Arrays.fill(image, Double.NaN);
    assertEquals(Level.NONE, Level.fitted(image, made, around));
  }

  @Test
  void rimsAreAsWideAsTheFeatherAndTwoPixelsAtLeast() {
    Roi square = new Roi(13, 12, 10, 10); // at (10, 10) of what is seen
    for (double feather : new double[] {0, 2, 3}) {
      Surroundings around = around(square, feather);
      int wide = (int) Math.max(2, feather);
      int row = 15 * WIDTH;
      for (int x = 0; x < WIDTH; x++) {
        boolean inside = x >= 10 && x < 20;
        boolean nearInside = inside && (x < 10 + wide || x >= 20 - wide);
        boolean nearOutside = !inside && x >= 10 - wide && x < 20 + wide;
        assertEquals(!inside, around.isAround(row + x), "x = " + x);
        assertEquals(nearInside, around.isInnerRim(row + x), "x = " + x);
        assertEquals(nearOutside, around.isOuterRim(row + x), "x = " + x);
      }
      assertEquals(WIDTH * HEIGHT - 100, around.size());
    }
  }

  @Test
  void fewerThan64PixelsAreNotEnough() {
    Selection most = selection(new Roi(3, 2, WIDTH - 2, HEIGHT));
    assertTrue(Surroundings.of(most, SEEN, 0).isEnough());
    Selection more = selection(new Roi(3, 2, WIDTH - 1, HEIGHT));
    assertFalse(Surroundings.of(more, SEEN, 0).isEnough());
    assertEquals(0, Surroundings.of(Selection.all(SEEN), SEEN, 0).size());
  }
}
