/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Image to Image with the noise and texture of the image. */
class DetailRunsTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> TestResources.MODELS);

  private static final Request TINY =
      Request.defaults()
          .withModel("sd1")
          .withSteps(4)
          .withSeed(42)
          .withStrength(0.75)
          .withHardware("float32", "cpu");

  private static final Request BUILT_IN =
      Request.defaults()
          .withSeed(7)
          .withHardware("float32", "cpu")
          .withPrompt("white nuclei on a dark background", "");

  /** The camera's noise and offset in the drawn micrograph. */
  private static final double NOISE = 30;

  private static final int BACKGROUND = 400;

  private static final Roi OVAL = new OvalRoi(40, 36, 56, 52);

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImageToImageOptions options(double detail, boolean scale, String slices) {
    return new ImageToImageOptions(
        new RegionOptions(3, 12, scale, detail, false),
        new ChannelMapping("", "full", 0, 255),
        new Slices(slices, "consecutive"));
  }

  private static ImagePlus edit(ImagePlus imp, Request request, ImageToImageOptions options)
      throws IOException {
    return VERBS.imageToImage(imp, request, options, Stacks.NONE, Progress.NONE).get(0);
  }

  /** Draws soft discs on a dark background, with normal noise. */
  private static ImagePlus micrograph() {
    Random random = new Random(3);
    int size = 128;
    ShortProcessor pixels = new ShortProcessor(size, size);
    for (int i = 0; i < size * size; i++) {
      double value = BACKGROUND;
      for (int k = 0; k < 9; k++) {
        double x = 20 + 44 * (k % 3) - i % size;
        double y = 20 + 44 * (k / 3) - i / size;
        value += (1000 + 150 * k) / (1 + Math.exp(1.5 * (Math.hypot(x, y) - 7 - k % 4)));
      }
      pixels.set(i, (int) Math.round(value + NOISE * random.nextGaussian()));
    }
    ImagePlus imp = new ImagePlus("micrograph", pixels);
    imp.setDisplayRange(200, 3200);
    imp.setRoi(OVAL);
    return imp;
  }

  private static ImagePlus repainted(ImagePlus imp, double strength, double detail)
      throws IOException {
    ImageToImageOptions options =
        new ImageToImageOptions(
            new RegionOptions(6, 36, false, detail, true), ChannelMapping.DISPLAY, Slices.CURRENT);
    return edit(imp, BUILT_IN.withStrength(strength), options);
  }

  /** Returns the robust variance of fine differences in the dark pixels of a side of the oval. */
  private static double variance(ImageProcessor pixels, boolean inside) {
    FloatProcessor smooth = pixels.convertToFloatProcessor();
    smooth.blurGaussian(3);
    List<Double> differences = new ArrayList<>();
    for (int y = 4; y < 124; y++) {
      for (int x = 4; x < 124; x++) {
        boolean isDark = Math.abs(smooth.getf(x, y) - BACKGROUND) < 60;
        if (isDark && OVAL.contains(x, y) == inside) {
          differences.add((double) Math.abs(pixels.getf(x, y) - smooth.getf(x, y)));
        }
      }
    }
    assertTrue(differences.size() > 200, differences.size() + " dark pixels");
    Collections.sort(differences);
    double deviation = 1.4826 * differences.get(differences.size() / 2);
    return deviation * deviation;
  }

  @Test
  void theBackgroundInsideIsAsNoisyAsOutside() throws IOException {
    ImagePlus imp = micrograph();
    ImagePlus result = repainted(imp, 0.7, 1);
    double outside = variance(imp.getProcessor(), false);
    assertEquals(1, variance(result.getProcessor(), true) / outside, 0.2);
    double smooth = variance(repainted(imp, 0.7, 0).getProcessor(), true) / outside;
    assertTrue(smooth < 0.5, "without detail " + smooth);
    double noise = Double.parseDouble(result.getStringProperty("detailNoise"));
    assertEquals(NOISE, noise, 0.4 * NOISE); // the autoencoder loses more than noise
  }

  @Test
  void theLeastStrengthThatRunsAStepLeavesTheImageWithinTheCamerasNoise() throws IOException {
    ImagePlus imp = micrograph();
    double with = difference(imp, repainted(imp, 0.05, 1));
    assertTrue(with < NOISE, "differs by " + with);
    double without = difference(imp, repainted(imp, 0.05, 0));
    assertTrue(without > NOISE, "differs by " + without);
  }

  /** Returns the RMS of differences in the oval. */
  private static double difference(ImagePlus a, ImagePlus b) {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        if (OVAL.contains(x, y)) {
          sum += Math.pow(a.getProcessor().getf(x, y) - b.getProcessor().getf(x, y), 2);
          count++;
        }
      }
    }
    return Math.sqrt(sum / count);
  }

  @Test
  void eachSliceAndChannelGetsItsOwnAndNothingOutsideChanges() throws IOException {
    Roi oval = new OvalRoi(9, 6, 23, 21);
    for (boolean scale : new boolean[] {false, true}) {
      ImagePlus imp =
          new CompositeImage(
              TestImages.random("16-bit", 45, 37, 2, 2, 1, 3), CompositeImage.COMPOSITE);
      imp.setRoi(oval);
      ImagePlus result = edit(imp, TINY, options(1, scale, "all"));
      assertEquals(4, result.getStringProperty("detailNoise").split(",").length);
      ImagePlus plain = edit(imp, TINY, options(0, scale, "all"));
      assertNull(plain.getStringProperty("detailNoise"));
      imp.setPosition(1, 2, 1);
      ImagePlus second = edit(imp, TINY.withSeed(43), options(1, scale, "current"));
      for (int c = 1; c <= 2; c++) {
        int slice = imp.getStackIndex(c, 2, 1);
        ImageProcessor before = imp.getStack().getProcessor(slice);
        ImageProcessor after = result.getStack().getProcessor(slice);
        assertArrayEquals(
            (short[]) second.getStack().getPixels(slice), (short[]) after.getPixels());
        int changed = 0;
        for (int y = 0; y < 37; y++) {
          for (int x = 0; x < 45; x++) {
            assertTrue(oval.contains(x, y) || before.get(x, y) == after.get(x, y));
            changed += after.get(x, y) == plain.getStack().getProcessor(slice).get(x, y) ? 0 : 1;
          }
        }
        assertTrue(changed > 300, changed + " pixels differ from those without detail");
      }
    }
  }

  @Test
  void nothingIsDoneWhereNoStepRuns() throws IOException {
    ImagePlus imp = TestImages.random("16-bit", 45, 37, 3);
    ImagePlus result = edit(imp, TINY.withStrength(0), options(1, false, "current"));
    assertArrayEquals(
        (short[]) imp.getProcessor().getPixels(), (short[]) result.getProcessor().getPixels());
    assertNull(result.getStringProperty("detailNoise"));
  }

  @Test
  void valuesThatAreNotFiniteAreReplacedAndDoNotSpread() throws IOException {
    ImagePlus imp = TestImages.random("32-bit", 45, 37, 3);
    imp.getProcessor().setf(20, 16, Float.NaN);
    imp.getProcessor().setf(2, 2, Float.POSITIVE_INFINITY);
    ImageToImageOptions given =
        new ImageToImageOptions(
            new RegionOptions(0, 12, false, 1, true),
            new ChannelMapping("", "given", 0, 3),
            Slices.CURRENT);
    imp.setRoi(new OvalRoi(9, 6, 23, 21));
    ImagePlus result = edit(imp, TINY, given);
    for (int y = 0; y < 37; y++) {
      for (int x = 0; x < 45; x++) {
        boolean isKept = x == 2 && y == 2;
        assertTrue(Float.isFinite(result.getProcessor().getf(x, y)) != isKept, x + ", " + y);
      }
    }
  }

  @Test
  void aWholeImageWithoutNoiseStaysFinite() throws IOException {
    ImagePlus imp = TestImages.black("8-bit", 45, 37);
    ImagePlus result = edit(imp, TINY, options(1, false, "current"));
    double noise = Double.parseDouble(result.getStringProperty("detailNoise"));
    assertTrue(noise >= 0 && noise < 255, "noise " + noise);
  }
}
