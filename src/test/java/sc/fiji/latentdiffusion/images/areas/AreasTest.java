/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.areas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;

class AreasTest {

  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;
  private static final Slices ALL = new Slices("all", "same");
  private static final RegionOptions SEEN = new RegionOptions(0, 3, false);

  @TempDir Path folder;

  private static AreaOptions options(String rois, String areas) {
    return new AreaOptions(rois, areas, false, false, "");
  }

  private static ImagePlus image(Roi... overlay) {
    ImagePlus image = TestImages.black("8-bit", WIDTH, HEIGHT);
    image.setOverlay(TestImages.overlay(overlay));
    return image;
  }

  private static Areas each(ImagePlus image) {
    return new Areas(image, options("overlay", "each"), SEEN, Slices.CURRENT);
  }

  private static Areas masked(ImagePlus image, String mask, boolean scale) {
    AreaOptions options = new AreaOptions("selection", "together", false, false, mask);
    return new Areas(image, options, new RegionOptions(0, 0, scale), Slices.CURRENT);
  }

  private static String refusal(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  /** Returns the path of a mask. */
  private String saved(ImageProcessor... slices) {
    ImageStack stack = new ImageStack(slices[0].getWidth(), slices[0].getHeight());
    for (ImageProcessor slice : slices) stack.addSlice(slice);
    return TestImages.saved(new ImagePlus("m", stack), folder).toString();
  }

  private static ImagePlus stack(int slices) {
    return IJ.createImage("stack", "8-bit black", WIDTH, HEIGHT, slices);
  }

  @Test
  void togetherIsOnePlaceWithTheBoundsOfTheUnion() {
    ImagePlus image = image(new Roi(4, 5, 6, 7), new OvalRoi(20, 10, 9, 9));
    Areas areas = new Areas(image, options("overlay", "together"), SEEN, Slices.CURRENT);
    assertEquals(1, areas.places().size());
    assertEquals(2, areas.count());
    assertEquals(new Region(4, 5, 25, 14), areas.places().get(0).selection().bounds());
    assertEquals(new Region(1, 2, 31, 20), areas.places().get(0).seen());
  }

  @Test
  void eachIsAPlaceAnAreaInTheOrderOfTheList() {
    ImagePlus image = image(new Roi(30, 20, 6, 7), new OvalRoi(2, 3, 9, 9));
    List<Place> places = each(image).places();
    assertEquals(
        List.of(new Region(27, 17, 12, 13), new Region(0, 0, 14, 15)),
        places.stream().map(Place::seen).toList());
    assertEquals(
        List.of(1, 2), places.stream().map(place -> place.areas().get(0).number()).toList());
  }

  @Test
  void thePartsOfASelectionAreAreas() {
    ImagePlus image = image();
    image.setRoi(new ShapeRoi(new Roi(20, 2, 5, 5)).or(new ShapeRoi(new Roi(3, 10, 5, 5))));
    Areas together = new Areas(image, options("selection", "together"), SEEN, Slices.CURRENT);
    Areas each = new Areas(image, options("selection", "each"), SEEN, Slices.CURRENT);
    assertEquals(new Region(3, 2, 22, 13), together.places().get(0).selection().bounds());
    assertEquals(
        List.of(new Region(20, 2, 5, 5), new Region(3, 10, 5, 5)),
        each.places().stream().map(place -> place.selection().bounds()).toList());
  }

  @Test
  void linesPointsAndRoisOutsideAreLeftOutAndTold() {
    ImagePlus image =
        image(new Line(1, 1, 9, 9), new Roi(2, 2, 5, 5), new Roi(90, 2, 5, 5), new PointRoi(3, 3));
    Areas areas = each(image);
    assertEquals(1, areas.count());
    assertEquals(Optional.of("1,3,4"), areas.outside());
    assertEquals(
        List.of(
            "ROI 1 is no area but of type \"Straight Line\": it is left out.",
            "ROI 3 has no pixel inside the image: it is left out.",
            "ROI 4 is no area but of type \"Point\": it is left out."),
        areas.notes());
  }

  @Test
  void aPartOfASelectionOutsideIsTold() {
    ImagePlus image = image();
    image.setRoi(new ShapeRoi(new Roi(2, 2, 5, 5)).or(new ShapeRoi(new Roi(50, 10, 5, 5))));
    Areas areas = new Areas(image, options("selection", "together"), SEEN, Slices.CURRENT);
    assertEquals(List.of("1 of the selection's parts lie outside the image."), areas.notes());
  }

  @Test
  void aListWithoutAnyAreaIsRefusedWithWhatWasFound() {
    String message = refusal(() -> each(image(new Line(1, 1, 9, 9), new Roi(90, 2, 5, 5))));
    assertTrue(message.contains("40×30") && message.contains("of 2 ROIs 2 are no area"), message);
    assertTrue(refusal(() -> each(image())).contains("rois=overlay"));
    AreaOptions manager = options("manager", "together");
    String none = refusal(() -> new Areas(image(), manager, SEEN, Slices.CURRENT));
    assertTrue(none.contains("ROI Manager, but it holds none. Add some"), none);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRoiWithAPositionBelongsToItsSliceAlone(boolean hyper) {
    ImagePlus stack = stack(3);
    stack.setOpenAsHyperStack(hyper);
    Roi second = new Roi(2, 2, 5, 5);
    if (hyper) second.setPosition(1, 2, 1);
    else second.setPosition(2);
    Roi all = new Roi(20, 10, 5, 5);
    stack.setOverlay(TestImages.overlay(second, all));
    AreaOptions options = options("overlay", "each");
    List<Place> places = new Areas(stack, options, SEEN, ALL).places();
    assertEquals(List.of(1, 2, 2, 3), places.stream().map(place -> place.at().slice()).toList());
    assertEquals(
        List.of(1, 2, 1, 1), places.stream().map(place -> place.areas().get(0).number()).toList());
    stack.setSlice(3);
    assertEquals(1, new Areas(stack, options, SEEN, Slices.CURRENT).places().size());
  }

  @Test
  void laterAreasWinInTheLabels() {
    ImagePlus image = image(new Roi(2, 2, 10, 10), new OvalRoi(8, 8, 12, 12), new Roi(0, 0, 4, 4));
    image.getCalibration().pixelWidth = 0.5;
    Areas areas = each(image);
    ImagePlus labels = LabelImage.of(image, areas.places(), false, areas.count());
    assertEquals("Labels", labels.getTitle());
    assertEquals(16, labels.getBitDepth());
    assertEquals(0.5, labels.getCalibration().pixelWidth);
    assertEquals(3, labels.getDisplayRangeMax());
    Roi[] rois = image.getOverlay().toArray();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int expected = 0;
        for (int i = 0; i < rois.length; i++) expected = rois[i].contains(x, y) ? i + 1 : expected;
        assertEquals(expected, labels.getProcessor().get(x, y), x + ", " + y);
      }
    }
  }

  @Test
  void moreAreasThanSixteenBitNumbersAreRefused() {
    LabelImage.require(65535);
    assertTrue(refusal(() -> LabelImage.require(65536)).contains("65536"));
  }

  @Test
  void labelsOfAStackHaveItsSlices() {
    ImagePlus stack = stack(3);
    stack.setRoi(2, 2, 5, 5);
    Areas areas = new Areas(stack, options("selection", "each"), SEEN, ALL);
    ImagePlus labels = LabelImage.of(stack, areas.places(), true, areas.count());
    assertEquals("[40, 30, 1, 3, 1]", Arrays.toString(labels.getDimensions()));
    for (int i = 1; i <= 3; i++) assertEquals(1, labels.getStack().getProcessor(i).get(3, 3));
  }

  @Test
  void aMaskOfEightBitWeightsByA255th() {
    ByteProcessor mask = new ByteProcessor(WIDTH, HEIGHT);
    mask.set(5, 6, 255);
    mask.set(9, 8, 51);
    String m = saved(mask);
    Place place = masked(image(), m, false).places().get(0);
    assertEquals(new Region(5, 6, 5, 3), place.selection().bounds());
    assertEquals(1f, place.selection().weight(5, 6));
    assertEquals(0.2f, place.selection().weight(9, 8));
  }

  @Test
  void aMaskOfThirtyTwoBitIsClampedAndANaNIsNothing() {
    FloatProcessor mask = new FloatProcessor(WIDTH, HEIGHT);
    float[] values = {0.25f, 7, Float.NaN, -3, 0.5f};
    for (int i = 0; i < values.length; i++) mask.setf(10 + i, 4, values[i]);
    String m = saved(mask);
    Selection selection = masked(image(), m, false).places().get(0).selection();
    float[] expected = {0.25f, 1, 0, 0, 0.5f};
    for (int i = 0; i < values.length; i++) {
      assertEquals(expected[i], selection.weight(10 + i, 4));
    }
  }

  @Test
  void aMaskOfSixteenBitIsLabelsAndSaysSo() {
    ShortProcessor mask = new ShortProcessor(WIDTH, HEIGHT);
    mask.set(5, 6, 1);
    mask.set(9, 8, 4000);
    String m = saved(mask);
    Areas areas = masked(image(), m, false);
    assertEquals(1f, areas.places().get(0).selection().weight(5, 6));
    assertEquals(1f, areas.places().get(0).selection().weight(9, 8));
    assertTrue(areas.notes().get(0).contains("16 bit: its values are labels"));
  }

  @Test
  void aMaskMultipliesTheFeatheredSelection() {
    FloatProcessor half = new FloatProcessor(WIDTH, HEIGHT);
    half.add(0.5);
    String m = saved(half);
    ImagePlus image = image();
    image.setRoi(new OvalRoi(5, 5, 20, 15));
    AreaOptions options = new AreaOptions("selection", "together", false, false, m);
    RegionOptions soft = new RegionOptions(4, 0, false);
    Selection found = new Areas(image, options, soft, Slices.CURRENT).places().get(0).selection();
    Selection alone = Selection.of(image, 4);
    assertEquals(alone.bounds(), found.bounds());
    for (int x = 0; x < WIDTH; x++) assertEquals(0.5f * alone.weight(x, 9), found.weight(x, 9));
  }

  @Test
  void aMaskOfAnotherSizeIsRefusedWithBothOrResized() {
    FloatProcessor small = new FloatProcessor(WIDTH / 2, HEIGHT / 2);
    for (int i = 0; i < small.getPixelCount(); i++) small.setf(i, (i % 7) / 6f);
    String m = saved(small);
    String message = refusal(() -> masked(image(), m, false));
    assertTrue(message.contains("40×30") && message.contains("20×15"), message);
    assertTrue(message.contains("scale=true"), message);
    Selection resized = masked(image(), m, true).places().get(0).selection();
    small.setInterpolationMethod(ImageProcessor.BILINEAR);
    ImageProcessor expected = small.resize(WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(expected.getf(x, y), resized.weight(x, y), x + ", " + y);
      }
    }
  }

  @Test
  void masksThatAreNoneAreRefused() {
    assertTrue(refusalOf(new ByteProcessor(WIDTH, HEIGHT)).contains("has none"));
    assertTrue(refusalOf(one()).contains("by 255"));
    assertTrue(refusalOf(new ColorProcessor(WIDTH, HEIGHT)).contains("in colours"));
    String missing = refusal(() -> masked(image(), "missing", false));
    assertTrue(missing.contains("\"missing\"") && missing.contains("Open are: none"), missing);
  }

  private String refusalOf(ImageProcessor mask) {
    String m = saved(mask);
    return refusal(() -> masked(image(), m, false));
  }

  private static ByteProcessor one() {
    ByteProcessor ones = new ByteProcessor(WIDTH, HEIGHT);
    ones.set(3, 3, 1);
    return ones;
  }

  @Test
  void aMaskWithAsManySlicesGoesSliceBySlice() {
    ImagePlus stack = stack(3);
    ImagePlus mask = stack(3);
    mask.getStack().getProcessor(1).set(4, 5, 255);
    mask.getStack().getProcessor(3).set(9, 9, 255);
    String m = TestImages.saved(mask, folder).toString();
    AreaOptions options = new AreaOptions("selection", "together", false, true, m);
    List<Place> places = new Areas(stack, options, RegionOptions.SHARP, ALL).places();
    assertEquals(List.of(1, 3), places.stream().map(place -> place.at().slice()).toList());
    assertEquals(new Region(9, 9, 1, 1), places.get(1).selection().bounds());
    ImagePlus four = stack(4);
    String message = refusal(() -> new Areas(four, options, RegionOptions.SHARP, ALL));
    assertTrue(message.contains("as the image, 4,") && message.contains("has 3"), message);
  }

  @Test
  void namesArePromptsWithoutTheNumbersThatTheManagerAdds() {
    assertEquals("green nuclei", named("green nuclei-2").prompt());
    assertEquals("nuclei", named(" nuclei ").prompt());
    for (String name : new String[] {"", "0012-0034", "0003-0012-0034", "-1"}) {
      String message = refusal(() -> named(name).prompt());
      assertTrue(message.contains("ROI 3") && message.contains("Rename"), message);
    }
  }

  private static FoundRoi named(String name) {
    return new FoundRoi(3, name.strip(), new Roi(1, 1, 5, 5));
  }

  @Test
  void promptsNeedROIs() {
    String message = refusal(() -> new AreaOptions("selection", "together", true, false, ""));
    assertTrue(message.contains("rois=manager"), message);
  }

  @Test
  void theOutlineOfAPartHoldsItsPixels() {
    ImagePlus image = image();
    image.setRoi(new ShapeRoi(new OvalRoi(20, 2, 9, 9)).or(new ShapeRoi(new Roi(3, 10, 5, 5))));
    Areas areas = new Areas(image, options("selection", "each"), SEEN, Slices.CURRENT);
    Roi outline = areas.places().get(0).areas().get(0).outline();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        boolean inside = areas.places().get(0).selection().weight(x, y) > 0;
        assertEquals(inside, outline.contains(x, y), x + ", " + y);
      }
    }
  }
}
