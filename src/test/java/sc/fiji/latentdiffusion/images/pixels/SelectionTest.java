/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import ij.ImagePlus;
import ij.gui.EllipseRoi;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.PointRoi;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.gui.TextRoi;
import ij.process.FloatProcessor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;

class SelectionTest {

  private static final int WIDTH = 30;
  private static final int HEIGHT = 20;
  private static final Region IMAGE = new Region(0, 0, WIDTH, HEIGHT);

  private static ImagePlus image(Roi roi) {
    ImagePlus imp = TestImages.black("8-bit", WIDTH, HEIGHT);
    imp.setRoi(roi);
    return imp;
  }

  private static Selection of(Roi roi, double feather) {
    return Selection.of(image(roi), feather);
  }

  private static String refusal(Roi roi) {
    return assertThrows(IllegalArgumentException.class, () -> of(roi, 0)).getMessage();
  }

  private static Roi holed() {
    return new ShapeRoi(new OvalRoi(2, 2, 16, 14)).not(new ShapeRoi(new Roi(7, 7, 4, 3)));
  }

  private static Stream<Roi> areas() {
    int[] xs = {3, 20, 26, 9};
    int[] ys = {2, 5, 18, 12};
    return Stream.of(
        new Roi(3, 4, 5, 6),
        new Roi(1, 1, 12, 9, 6),
        new OvalRoi(2, 3, 11, 7),
        new PolygonRoi(xs, ys, 4, Roi.POLYGON),
        new PolygonRoi(xs, ys, 4, Roi.FREEROI),
        new PolygonRoi(xs, ys, 4, Roi.TRACED_ROI),
        new EllipseRoi(4, 4, 22, 15, 0.5),
        new OvalRoi(-5, -5, 16, 16),
        new OvalRoi(20, 10, 40, 40),
        holed());
  }

  @ParameterizedTest
  @MethodSource("areas")
  void everyAreaIsThePixelsThatImageJSaysItContains(Roi roi) {
    Selection selection = of(roi, 0);
    int inside = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(roi.contains(x, y) ? 1f : 0f, selection.weight(x, y), x + ", " + y);
        inside += roi.contains(x, y) ? 1 : 0;
      }
    }
    assertTrue(inside > 20, inside + " pixels");
    Region bounds = selection.bounds();
    assertEquals(bounds, of(roi, 0).bounds().widened(0, IMAGE));
    assertFalse(selection.covers(IMAGE));
  }

  @Test
  void noSelectionAndTheWholeImageAreTheSame() {
    for (double feather : new double[] {0, 5}) {
      for (Roi roi : new Roi[] {null, new Roi(0, 0, WIDTH, HEIGHT), new Roi(-3, -3, 99, 99)}) {
        Selection selection = of(roi, feather);
        assertEquals(IMAGE, selection.bounds());
        assertTrue(selection.covers(IMAGE));
      }
    }
  }

  @Test
  void aPolygonThatIsARectangleCoversItsBounds() {
    int[] xs = {3, 9, 9, 3};
    int[] ys = {4, 4, 8, 8};
    Selection selection = of(new PolygonRoi(xs, ys, 4, Roi.POLYGON), 0);
    assertEquals(new Region(3, 4, 6, 4), selection.bounds());
    assertTrue(selection.covers(selection.bounds()));
  }

  @Test
  void featherIsARampInsideOfTheWidthAsked() {
    Selection selection = of(new Roi(5, 4, 20, 14), 4);
    float[] ramp = {0, 0.125f, 0.375f, 0.625f, 0.875f, 1, 1};
    for (int i = 0; i < ramp.length; i++) {
      assertEquals(ramp[i], selection.weight(4 + i, 11), "left, " + i);
      assertEquals(ramp[i], selection.weight(25 - i, 11), "right, " + i);
    }
    assertFalse(selection.covers(selection.bounds()));
  }

  @Test
  void nothingFadesAtTheBorderOfTheImage() {
    Selection selection = of(new Roi(0, 0, 15, HEIGHT), 3);
    assertEquals(1f, selection.weight(0, 0));
    assertEquals(1f, selection.weight(0, HEIGHT - 1));
    assertEquals(0.5f / 3, selection.weight(14, 10), 1e-6);
  }

  @Test
  void theEdgeOfAHoleFadesToo() {
    Selection selection = of(holed(), 3);
    assertEquals(0f, selection.weight(8, 8));
    assertEquals(0.5f / 3, selection.weight(8, 6), 1e-6);
  }

  @Test
  void pointsLinesTextsAreRefusedByName() {
    assertTrue(refusal(new Line(1, 1, 5, 5)).contains("\"Straight Line\""));
    assertTrue(refusal(new PointRoi(1, 1)).contains("\"Point\""));
    assertTrue(refusal(new TextRoi(1, 1, "words")).contains("\"Text\""));
    PolygonRoi segments = new PolygonRoi(new int[] {1, 5, 9}, new int[] {1, 8, 1}, 3, Roi.POLYLINE);
    assertTrue(refusal(segments).contains("an area"));
  }

  private static Roi threeParts() {
    ShapeRoi parts = new ShapeRoi(new OvalRoi(16, 1, 9, 8)).or(new ShapeRoi(new Roi(1, 3, 6, 5)));
    return parts.or(new ShapeRoi(holed()).and(new ShapeRoi(new Roi(2, 11, 9, 9))));
  }

  @Test
  void aSelectionMayHaveSeveralParts() {
    Selection all = of(threeParts(), 0);
    assertEquals(new Region(1, 1, 24, 15), all.bounds());
    assertEquals(0f, all.weight(10, 5));
  }

  @Test
  void partsAreCountedInTheOrderOfTheirFirstPixels() {
    List<Selection> parts = Selection.parts(threeParts(), IMAGE, 0);
    assertEquals(
        List.of(new Region(16, 1, 9, 8), new Region(1, 3, 6, 5)),
        parts.stream().limit(2).map(Selection::bounds).toList());
    assertEquals(3, parts.size());
  }

  @Test
  void partsThatTouchByTheirCornersAreOne() {
    ShapeRoi corner = new ShapeRoi(new Roi(1, 1, 3, 3)).or(new ShapeRoi(new Roi(4, 4, 3, 3)));
    List<Selection> parts = Selection.parts(corner, IMAGE, 0);
    assertEquals(1, parts.size());
    assertEquals(new Region(1, 1, 6, 6), parts.get(0).bounds());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 2.5, 6})
  void theUnionOfTheFeatheredPartsIsTheFeatheredWhole(double feather) {
    Roi beside = new ShapeRoi(threeParts()).or(new ShapeRoi(new Roi(8, 3, 4, 5))); // one pixel away
    Selection whole = of(beside, feather);
    Selection union = Selection.union(Selection.parts(beside, IMAGE, feather));
    assertEquals(whole.bounds(), union.bounds());
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(whole.weight(x, y), union.weight(x, y), x + ", " + y);
      }
    }
  }

  @Test
  void aUnionHasTheLargestWeight() {
    Selection one = of(new Roi(2, 2, 12, 12), 4);
    Selection other = of(new Roi(8, 6, 14, 12), 3);
    Selection union = Selection.union(List.of(one, other));
    assertEquals(new Region(2, 2, 20, 16), union.bounds());
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(Math.max(one.weight(x, y), other.weight(x, y)), union.weight(x, y));
      }
    }
  }

  @Test
  void aMaskMultipliesTheWeightsAndTightensTheBounds() {
    FloatProcessor mask = new FloatProcessor(WIDTH, HEIGHT);
    mask.setf(9, 7, 0.5f);
    mask.setf(11, 8, 1);
    mask.setf(29, 19, 1); // not selected
    Selection feathered = of(new Roi(5, 4, 20, 14), 4);
    Selection weighted = feathered.times(mask).orElseThrow();
    assertEquals(new Region(9, 7, 3, 2), weighted.bounds());
    assertEquals(0.5f * feathered.weight(9, 7), weighted.weight(9, 7));
    assertEquals(feathered.weight(11, 8), weighted.weight(11, 8));
    assertEquals(0f, weighted.weight(10, 7));
    assertTrue(of(new Roi(20, 4, 4, 4), 0).times(mask).isEmpty());
  }

  @Test
  void anAreaOutsideIsRefusedWithItsPosition() {
    for (Roi roi : new Roi[] {new Roi(40, 2, 5, 5), new OvalRoi(40, 2, 5, 5)}) {
      String message = refusal(roi);
      assertTrue(message.contains("30×20") && message.contains("(40, 2)"), message);
    }
  }

  @ParameterizedTest
  @MethodSource("areas")
  void whereAnAreaLiesInALargeImageMakesNoDifference(Roi roi) {
    ImagePlus large = TestImages.black("8-bit", 9 * WIDTH, 9 * HEIGHT);
    Roi moved = (Roi) roi.clone();
    moved.setLocation(4 * WIDTH + roi.getXBase(), 4 * HEIGHT + roi.getYBase());
    large.setRoi(moved);
    Selection selection = Selection.of(large, 3);
    Selection small = of(roi, 3);
    for (int y = 4; y < HEIGHT - 4; y++) {
      for (int x = 4; x < WIDTH - 4; x++) {
        float weight = selection.weight(4 * WIDTH + x, 4 * HEIGHT + y);
        assertEquals(small.weight(x, y), weight, x + ", " + y);
      }
    }
  }

  @Test
  void aSmallAreaOfALargeImageTakesLittleMemory() {
    ImagePlus imp = TestImages.black("8-bit", 5000, 4000);
    long whole = 5000 * 4000;
    assertTrue(allocated(imp, new OvalRoi(4900, 300, 40, 30), 5) < whole / 20);
    assertTrue(allocated(imp, new Roi(4900, 300, 40, 30), 0) < whole / 20);
    assertTrue(allocated(imp, new Roi(1, 1, 4990, 3990), 0) < whole / 20);
    assertTrue(allocated(imp, null, 5) < whole / 20);
  }

  private static long allocated(ImagePlus imp, Roi roi, double feather) {
    imp.setRoi(roi);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Selection.of(imp, feather);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void anAreaOfNoPixelIsRefused() {
    OvalRoi corner = new OvalRoi(-9, -9, 10, 10);
    assertFalse(corner.contains(0, 0));
    assertTrue(refusal(corner).contains("at least one pixel"));
  }
}
