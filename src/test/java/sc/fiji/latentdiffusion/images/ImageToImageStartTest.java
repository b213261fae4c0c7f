/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ImageProcessor;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;
import sc.fiji.latentdiffusion.progress.Progress;

/** Image to Image on selections, channels and stacks, with the tiny model sd1. */
class ImageToImageStartTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSteps(4)
          .withSeed(42)
          .withStrength(0.75)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImagePlus random(String type, int channels, int slices, int frames) {
    return TestImages.random(type, 45, 37, channels, slices, frames, 3);
  }

  private static ImageToImageOptions region(double feather, int context, boolean scale) {
    return new ImageToImageOptions(
        new RegionOptions(feather, context, scale), ChannelMapping.DISPLAY, Slices.CURRENT);
  }

  private static ImageToImageOptions all(String channels, String seeds) {
    return new ImageToImageOptions(
        RegionOptions.SHARP,
        new ChannelMapping(channels, "full", 0, 255),
        new Slices("all", seeds));
  }

  private static ImagePlus edit(ImagePlus imp, Request request, ImageToImageOptions options)
      throws IOException {
    return VERBS.imageToImage(imp, request, options, Stacks.NONE, Progress.NONE).get(0);
  }

  private static int differences(ImagePlus a, ImagePlus b, int slice) {
    ImageProcessor one = a.getStack().getProcessor(slice);
    ImageProcessor other = b.getStack().getProcessor(slice);
    int count = 0;
    for (int i = 0; i < one.getPixelCount(); i++) {
      count += one.get(i) == other.get(i) ? 0 : 1;
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"8-bit", "16-bit", "32-bit", "RGB"})
  void noBitOutsideOfAnOvalChangesAndTheInsideDoes(String type) throws IOException {
    ImagePlus imp = random(type, 1, 1, 1);
    Roi oval = new OvalRoi(9, 6, 23, 21);
    imp.setRoi(oval);
    for (ImageToImageOptions options :
        List.of(ImageToImageOptions.PLAIN, region(3, 7, false), region(3, 7, true))) {
      ImagePlus result = edit(imp, REQUEST, options);
      int changed = 0;
      for (int y = 0; y < 37; y++) {
        for (int x = 0; x < 45; x++) {
          boolean same = imp.getProcessor().get(x, y) == result.getProcessor().get(x, y);
          assertTrue(same || oval.contains(x, y), "at (" + x + ", " + y + ")");
          changed += same ? 0 : 1;
        }
      }
      assertTrue(changed > 300, changed + " pixels changed");
    }
  }

  @Test
  void theWholeImageSelectedEqualsNoSelectionBitForBit() throws IOException {
    ImagePlus imp = random("8-bit", 1, 1, 1);
    ImagePlus plain = edit(imp, REQUEST, ImageToImageOptions.PLAIN);
    imp.setRoi(0, 0, 45, 37);
    for (ImageToImageOptions options :
        List.of(ImageToImageOptions.PLAIN, region(5, 0, false), region(0, 9, false))) {
      assertEquals(0, differences(plain, edit(imp, REQUEST, options), 1));
    }
  }

  @Test
  void whatLiesAroundTheSelectionDecidesWhatComesInside() throws IOException {
    ImagePlus imp = random("8-bit", 1, 1, 1);
    ImagePlus other = new ImagePlus("other", imp.getProcessor().duplicate());
    for (int i = 0; i < 45; i++) {
      other.getProcessor().set(i, 35, 255);
    }
    imp.setRoi(new Roi(16, 8, 16, 16));
    other.setRoi(imp.getRoi());
    assertEquals(
        0,
        inside(
            edit(imp, REQUEST, ImageToImageOptions.PLAIN),
            edit(other, REQUEST, ImageToImageOptions.PLAIN)));
    ImageToImageOptions wide = region(0, 100, false);
    Request replaced = REQUEST.withStrength(1);
    assertNotEquals(0, inside(edit(imp, replaced, wide), edit(other, replaced, wide)));
  }

  private static int inside(ImagePlus a, ImagePlus b) {
    int count = 0;
    for (int y = 8; y < 24; y++) {
      for (int x = 16; x < 32; x++) {
        count += a.getProcessor().get(x, y) == b.getProcessor().get(x, y) ? 0 : 1;
      }
    }
    return count;
  }

  @Test
  void strengthZeroOfASelectionGivesTheInputBitForBit() throws IOException {
    ImagePlus imp = random("32-bit", 1, 1, 1);
    imp.getProcessor().setf(20, 20, Float.NaN);
    imp.setRoi(new OvalRoi(9, 6, 23, 21));
    ImagePlus result = edit(imp, REQUEST.withStrength(0), region(3, 7, true));
    assertArrayEquals(
        (float[]) imp.getProcessor().getPixels(), (float[]) result.getProcessor().getPixels());
  }

  @Test
  void notANumberIsReplacedInsideAndStaysOutside() throws IOException {
    ImagePlus imp = random("32-bit", 1, 1, 1);
    imp.getProcessor().setf(10, 16, Float.NaN);
    imp.getProcessor().setf(1, 1, Float.NaN);
    imp.setRoi(new OvalRoi(9, 6, 23, 21));
    ImagePlus result = edit(imp, REQUEST, region(4, 9, false));
    assertTrue(Float.isFinite(result.getProcessor().getf(10, 16)));
    assertTrue(Float.isNaN(result.getProcessor().getf(1, 1)));
  }

  @Test
  void scaledTheModelWorksAtItsOwnSize() throws IOException {
    ImagePlus imp = random("8-bit", 1, 1, 1);
    imp.getCalibration().pixelWidth = 0.5;
    imp.setRoi(8, 8, 16, 8);
    List<ImagePlus> images =
        VERBS.imageToImage(
            imp, REQUEST, region(0, 4, true), new Stacks(true, false, false, true), Progress.NONE);
    assertEquals("4,4,24,16", images.get(0).getStringProperty("seen"));
    assertEquals("64,40", images.get(0).getStringProperty("padded"));
    assertArrayEquals(new int[] {8, 5, 4, 1, 4}, images.get(1).getDimensions());
    assertEquals(24 * 0.5 / 8, images.get(1).getCalibration().pixelWidth);
    assertArrayEquals(new int[] {24, 16, 1, 1, 3}, images.get(2).getDimensions());
    assertEquals(0.5, images.get(2).getCalibration().pixelWidth);
  }

  @Test
  void onlyTheChannelsAskedForOfTheCurrentSliceChange() throws IOException {
    ImagePlus imp = new CompositeImage(random("16-bit", 4, 2, 3), CompositeImage.COMPOSITE);
    imp.setPosition(1, 2, 3);
    imp.setOverlay(new Overlay(new Roi(1, 1, 2, 2)));
    imp.getCalibration().pixelWidth = 0.25;
    imp.getStack().setSliceLabel("a label", 5);
    ImageToImageOptions options =
        new ImageToImageOptions(
            RegionOptions.SHARP, new ChannelMapping("4,0,2", "full", 0, 255), Slices.CURRENT);
    ImagePlus result = edit(imp, REQUEST, options);
    assertArrayEquals(imp.getDimensions(), result.getDimensions());
    for (int i = 1; i <= imp.getStackSize(); i++) {
      boolean changes = i == imp.getStackIndex(4, 2, 3) || i == imp.getStackIndex(2, 2, 3);
      assertEquals(changes, differences(imp, result, i) > 0, "slice " + i);
    }
    assertEquals(CompositeImage.COMPOSITE, ((CompositeImage) result).getMode());
    assertArrayEquals(imp.getLuts()[2].getBytes(), result.getLuts()[2].getBytes());
    assertEquals(imp.getLuts()[1].max, result.getLuts()[1].max);
    assertEquals(1, result.getOverlay().size());
    assertEquals(0.25, result.getCalibration().pixelWidth);
    assertEquals("a label", result.getStack().getSliceLabel(5));
    assertEquals(2, result.getZ());
  }

  @Test
  void everySliceOfAStackIsMadeAsIfItWereAlone() throws IOException {
    ImagePlus imp = random("8-bit", 1, 3, 1);
    ImagePlus same = edit(imp, REQUEST, all("", "same"));
    ImagePlus consecutive = edit(imp, REQUEST, all("", "consecutive"));
    ImageToImageOptions single =
        new ImageToImageOptions(
            RegionOptions.SHARP, new ChannelMapping("", "full", 0, 255), Slices.CURRENT);
    for (int i = 1; i <= 3; i++) {
      ImagePlus alone = new ImagePlus("alone", imp.getStack().getProcessor(i));
      ImagePlus withSame = edit(alone, REQUEST, single);
      ImagePlus withNext = edit(alone, REQUEST.withSeed(42 + i - 1), single);
      assertTrue(samePixels(withSame, same, i), "slice " + i);
      assertTrue(samePixels(withNext, consecutive, i), "slice " + i);
    }
    assertFalse(
        Objects.deepEquals(same.getStack().getPixels(2), consecutive.getStack().getPixels(2)));
  }

  private static boolean samePixels(ImagePlus alone, ImagePlus stack, int slice) {
    return Arrays.equals(
        (byte[]) alone.getProcessor().getPixels(), (byte[]) stack.getStack().getPixels(slice));
  }

  @Test
  void theLargestSeedIsFollowedByZero() {
    Request largest = REQUEST.withSeed(Sampling.MAX_SEED);
    assertEquals(0, new Slices("all", "consecutive").request(largest, 1).seed());
  }

  @Test
  void progressIsOfAllSlicesAndAStoppedStackKeepsTheFinishedOnes() throws IOException {
    ImagePlus imp = random("8-bit", 1, 3, 1);
    Stop stop = new Stop(4);
    ImagePlus whole = edit(imp, REQUEST, all("", "same"));
    List<ImagePlus> images = VERBS.imageToImage(imp, REQUEST, all("", "same"), Stacks.NONE, stop);
    assertEquals(9, stop.total);
    ImagePlus part = images.get(0);
    assertEquals("Image to Image (partial)", part.getTitle());
    assertEquals("canceled after 1 of 3 slices", part.getStringProperty("partial"));
    assertEquals(0, differences(whole, part, 1));
    assertEquals(0, differences(imp, part, 2));
    assertEquals(0, differences(imp, part, 3));
  }

  @Test
  void stepsOfAllSlicesAreOneHyperstack() throws IOException {
    ImagePlus imp = random("8-bit", 1, 2, 1);
    Stacks stacks = new Stacks(true, false, false, false);
    ImagePlus latents =
        VERBS.imageToImage(imp, REQUEST, all("", "same"), stacks, Progress.NONE).get(1);
    assertArrayEquals(new int[] {6, 5, 4, 2, 4}, latents.getDimensions());
    String label = latents.getStack().getSliceLabel(latents.getStackIndex(1, 2, 3));
    assertTrue(label.startsWith("slice 2, step 3/3"), label);
  }

  @Test
  void theResultKeepsTheSelection() throws IOException {
    for (ImagePlus imp : List.of(random("RGB", 1, 1, 1), random("8-bit", 2, 3, 1))) {
      imp.setRoi(new OvalRoi(9, 6, 23, 21));
      ImagePlus result = edit(imp, REQUEST, ImageToImageOptions.PLAIN);
      assertEquals(imp.getRoi(), result.getRoi());
      assertNotSame(imp.getRoi(), result.getRoi());
      imp.deleteRoi();
      assertNull(edit(imp, REQUEST, ImageToImageOptions.PLAIN).getRoi());
    }
  }

  @Test
  void slicesOfConsecutiveSeedsSayTheirSeed() throws IOException {
    ImagePlus imp = random("8-bit", 2, 2, 1);
    imp.getStack().setSliceLabel("DAPI", 3);
    ImagePlus result = edit(imp, REQUEST, all("", "consecutive"));
    assertArrayEquals(
        new String[] {"seed 42", "seed 42", "seed 43, DAPI", "seed 43"},
        Arrays.copyOf(result.getStack().getSliceLabels(), 4));
    assertNull(edit(imp, REQUEST, all("", "same")).getStack().getSliceLabel(1));
    assertNull(imp.getStack().getSliceLabel(1));
  }

  @Test
  void stepsOfConsecutiveSeedsSayTheirSeed() throws IOException {
    Stacks stacks = new Stacks(true, false, false, false);
    ImagePlus latents =
        VERBS
            .imageToImage(
                random("8-bit", 1, 2, 1), REQUEST, all("", "consecutive"), stacks, Progress.NONE)
            .get(1);
    String label = latents.getStack().getSliceLabel(latents.getStackIndex(1, 2, 3));
    assertTrue(label.startsWith("slice 2, seed 43, step 3/3"), label);
  }

  /** Stops after some evaluations. */
  private static final class Stop implements Progress {
    private final int limit;
    private long total;
    private long done;

    private Stop(int limit) {
      this.limit = limit;
    }

    @Override
    public void update(long evaluations, long all, String message) {
      done = evaluations;
      total = Math.max(total, message.startsWith("Loading") ? 0 : all);
    }

    @Override
    public boolean isCanceled() {
      return done >= limit;
    }
  }

  private static ImageToImageOptions level(int context, boolean scale, boolean level) {
    return new ImageToImageOptions(
        new RegionOptions(0, context, scale, 0, level), ChannelMapping.DISPLAY, Slices.CURRENT);
  }

  /** Returns the mean of a channel over one or two pixels on a side of a square's edge. */
  private static double rim(ImageProcessor pixels, Roi square, int from, int to) {
    double sum = 0;
    int count = 0;
    Rectangle at = square.getBounds();
    for (int y = 0; y < pixels.getHeight(); y++) {
      for (int x = 0; x < pixels.getWidth(); x++) {
        int dx = Math.max(at.x - x, x - (at.x + at.width - 1));
        int dy = Math.max(at.y - y, y - (at.y + at.height - 1));
        double distance = dx > 0 && dy > 0 ? Math.hypot(dx, dy) : Math.max(dx, dy);
        if (distance >= from && distance <= to) {
          sum += pixels.getf(x, y);
          count++;
        }
      }
    }
    return sum / count;
  }

  @Test
  void aLevelledResultHasTheMeanOfItsSurroundingsAlongTheEdge() throws IOException {
    for (boolean scale : new boolean[] {false, true}) {
      ImagePlus imp = random("32-bit", 3, 1, 1);
      Roi square = new Roi(14, 10, 16, 14);
      imp.setRoi(square);
      ImagePlus plain = edit(imp, REQUEST, level(12, scale, false));
      ImagePlus result = edit(imp, REQUEST, level(12, scale, true));
      String[] gains = result.getStringProperty("levelGain").split(",");
      assertEquals(3, gains.length);
      assertNull(plain.getStringProperty("levelGain"));
      for (int c = 1; c <= 3; c++) {
        ImageProcessor before = imp.getStack().getProcessor(c);
        ImageProcessor after = result.getStack().getProcessor(c);
        double range = before.getMax() - before.getMin();
        double outside = rim(before, square, 1, 2);
        assertEquals(outside, rim(after, square, -1, 0), 1e-5 * range);
        double unfitted = rim(plain.getStack().getProcessor(c), square, -1, 0);
        assertTrue(Math.abs(outside - unfitted) > 1e-3 * range, outside + " and " + unfitted);
        for (int y = 0; y < 37; y++) {
          for (int x = 0; x < 45; x++) {
            assertTrue(square.contains(x, y) || before.getf(x, y) == after.getf(x, y));
          }
        }
      }
    }
  }

  @Test
  void tooFewPixelsAroundASelectionFitNothingAndAreTold() throws IOException {
    ImagePlus imp = random("8-bit", 1, 1, 1);
    imp.setRoi(0, 0, 44, 37);
    ImagePlus result = edit(imp, REQUEST, level(9, false, true));
    assertEquals(0, differences(result, edit(imp, REQUEST, level(9, false, false)), 1));
    String warnings = result.getStringProperty("warning1");
    assertTrue(warnings.contains("64 pixels") && warnings.contains("sees 37"), warnings);
  }

  @Test
  void strengthZeroIsNotLevelled() throws IOException {
    ImagePlus imp = random("16-bit", 1, 1, 1);
    imp.setRoi(14, 10, 16, 14);
    ImagePlus result = edit(imp, REQUEST.withStrength(0), level(12, false, true));
    assertEquals(0, differences(imp, result, 1));
    assertNull(result.getStringProperty("levelGain"));
  }
}
