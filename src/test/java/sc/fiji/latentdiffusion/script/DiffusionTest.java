/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import net.imglib2.FinalInterval;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.position.FunctionRandomAccessible;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** The door for scripts gives what the commands give. */
class DiffusionTest {

  private static final String MODEL = TestResources.MODELS.resolve("sd1").toString();

  private static final LoadedModels LOADED = new LoadedModels();

  private static final ImageDiffusion COMMANDS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS).withType(ResultType.FLOAT);

  private static final Diffusion DOOR = new Diffusion();

  private static final Request REQUEST =
      Request.defaults()
          .withModel(MODEL)
          .withSteps(4)
          .withSeed(42)
          .withStrength(0.75)
          .withPrompt("cells", "")
          .withHardware("float32", "cpu");

  @AfterAll
  static void close() {
    DOOR.close();
    LOADED.close();
  }

  private static Map<String, Object> settings(Object... further) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("model", MODEL);
    settings.put("steps", 4);
    settings.put("seed", 42);
    settings.put("prompt", "cells");
    settings.put("precision", "float32");
    settings.put("device", "cpu");
    for (int i = 0; i < further.length; i += 2) {
      settings.put((String) further[i], further[i + 1]);
    }
    return settings;
  }

  private static float[] pixels(RandomAccessibleInterval<FloatType> image) {
    float[] pixels = new float[(int) Views.flatIterable(image).size()];
    int i = 0;
    for (FloatType x : Views.flatIterable(image)) pixels[i++] = x.get();
    return pixels;
  }

  private static float[] pixels(ImagePlus image, Roi part) {
    int size = part.getBounds().width * part.getBounds().height;
    float[] pixels = new float[size * image.getStackSize()];
    for (int c = 0; c < image.getStackSize(); c++) {
      FloatProcessor slice = (FloatProcessor) image.getStack().getProcessor(c + 1);
      slice.setRoi(part);
      System.arraycopy(slice.crop().getPixels(), 0, pixels, c * size, size);
      slice.resetRoi();
    }
    return pixels;
  }

  private static float[] all(ImagePlus image) {
    return pixels(image, new Roi(0, 0, image.getWidth(), image.getHeight()));
  }

  private static FloatProcessor waves(int width, int height) {
    FloatProcessor waves = new FloatProcessor(width, height);
    for (int i = 0; i < waves.getPixelCount(); i++) {
      waves.setf(i, (float) (100 + 60 * Math.sin(i % width / 5.0) + i / width));
    }
    return waves;
  }

  private static Img<FloatType> interval(FloatProcessor pixels) {
    return ArrayImgs.floats((float[]) pixels.getPixels(), pixels.getWidth(), pixels.getHeight());
  }

  @Test
  void aPictureIsThatOfTextToImage() throws IOException {
    Request request = REQUEST.withSize(64, 48);
    ImagePlus expected = COMMANDS.textToImage(request, Stacks.NONE, Progress.NONE).get("result");
    Img<FloatType> found = DOOR.textToImage(settings("width", 64, "height", 48));
    assertArrayEquals(new long[] {64, 48, 3}, found.dimensionsAsLongArray());
    assertArrayEquals(all(expected), pixels(found));
  }

  private static ImagePlus repainted(ImagePlus image, RegionOptions region) throws IOException {
    ImageToImageOptions options =
        new ImageToImageOptions(
            region, new ChannelMapping("", "given", 20, 220), new Slices("current", "same"));
    Results results = COMMANDS.imageToImage(image, REQUEST, options, Stacks.NONE, Progress.NONE);
    return results.get(Results.RESULT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRegionOfAGreyImageIsThatOfImageToImage(boolean fits) throws IOException {
    FloatProcessor pixels = waves(90, 70);
    ImagePlus image = new ImagePlus("waves", pixels.duplicate());
    image.setRoi(20, 17, 40, 35);
    double detail = fits ? 1 : 0;
    ImagePlus expected = repainted(image, new RegionOptions(3, 8, false, detail, fits));
    Img<FloatType> found =
        DOOR.imageToImage(
            interval(pixels),
            20,
            220,
            FinalInterval.createMinSize(20, 17, 40, 35),
            settings(
                "strength", 0.75, "feather", 3, "context", 8, "detail", detail, "level", fits));
    assertArrayEquals(pixels(expected, image.getRoi()), pixels(found));
  }

  @Test
  void aMaskIsASelection() throws IOException {
    FloatProcessor pixels = waves(90, 70);
    ImagePlus image = new ImagePlus("waves", pixels.duplicate());
    Roi oval = new OvalRoi(20, 17, 40, 35);
    image.setRoi(oval);
    ImagePlus expected = repainted(image, new RegionOptions(0, 8, false));
    float[] weights = new float[40 * 35];
    for (int i = 0; i < weights.length; i++) weights[i] = oval.getMask().get(i) > 0 ? 1 : 0;
    Interval region = FinalInterval.createMinSize(20, 17, 40, 35);
    Img<FloatType> found =
        DOOR.imageToImage(
            interval(pixels),
            20,
            220,
            region,
            Views.translate(ArrayImgs.floats(weights, 40, 35), 20, 17),
            settings("strength", 0.75, "context", 8));
    assertArrayEquals(pixels(expected, new Roi(20, 17, 40, 35)), pixels(found));
  }

  @Test
  void anImageMayBeginAnywhereAndHaveThreeChannels() throws IOException {
    float[] values = new float[48 * 40 * 3];
    ImageStack stack = new ImageStack(48, 40);
    for (int c = 0; c < 3; c++) {
      FloatProcessor channel = waves(48, 40);
      channel.multiply(1 - 0.2 * c);
      stack.addSlice(channel);
      System.arraycopy(channel.getPixels(), 0, values, c * 48 * 40, 48 * 40);
    }
    ImagePlus image = new ImagePlus("colours", stack);
    image.setDimensions(3, 1, 1);
    image.setOpenAsHyperStack(true);
    image.setRoi(8, 8, 24, 16);
    ImagePlus expected = repainted(image, new RegionOptions(0, 4, false));
    Img<FloatType> found =
        DOOR.imageToImage(
            Views.translate(ArrayImgs.floats(values, 48, 40, 3), -1000, 500, 7),
            20,
            220,
            FinalInterval.createMinSize(-992, 508, 24, 16),
            settings("strength", 0.75, "context", 4));
    assertArrayEquals(pixels(expected, image.getRoi()), pixels(found));
  }

  @Test
  void latentsAreThoseOfShowLatentAndDecodeLatent() throws IOException {
    FloatProcessor pixels = waves(48, 40);
    ImagePlus image = new ImagePlus("waves", pixels.duplicate());
    ImagePlus expected =
        COMMANDS.showLatent(
            image, new ChannelMapping("", "given", 20, 220), REQUEST, Progress.NONE);
    Img<FloatType> latents = DOOR.encode(interval(pixels), 20, 220, interval(pixels), settings());
    assertArrayEquals(all(expected), pixels(latents));
    Request request = REQUEST;
    ImagePlus picture = COMMANDS.decodeLatent(latent(latents), request, Progress.NONE);
    assertArrayEquals(all(picture), pixels(DOOR.decode(latents, settings())));
  }

  private static ImagePlus latent(Img<FloatType> latents) {
    ImageStack stack = new ImageStack((int) latents.dimension(0), (int) latents.dimension(1));
    for (int c = 0; c < latents.dimension(2); c++) {
      stack.addSlice(
          new FloatProcessor(
              stack.getWidth(), stack.getHeight(), pixels(Views.hyperSlice(latents, 2, c))));
    }
    ImagePlus image = new ImagePlus("latents", stack);
    image.setDimensions(stack.size(), 1, 1);
    return image;
  }

  @Test
  void stepsViewTheRunAndGoOnFromLatents() throws IOException {
    Map<String, Object> settings = settings("width", 64, "height", 64, "scheduler", "ddim");
    Img<FloatType> whole = DOOR.textToImage(settings);
    Img<FloatType> third = null;
    try (Diffusion.Run run = DOOR.beginTextToImage(settings)) {
      assertEquals(4, run.size());
      assertEquals(42, run.seed());
      double last = Double.POSITIVE_INFINITY;
      for (Diffusion.Step step : run) {
        assertTrue(step.timestep() < last);
        last = step.timestep();
        assertArrayEquals(new long[] {8, 8, 4}, step.x().dimensionsAsLongArray());
        assertEquals(256, pixels(step.noise()).length);
        if (step.index() == 3) third = IntervalCheck.copy(step.x());
      }
      assertArrayEquals(pixels(whole), pixels(run.result()));
    }
    Img<FloatType> rest = DOOR.denoise(third, 3, -1, settings("scheduler", "ddim"));
    assertArrayEquals(pixels(whole), pixels(DOOR.decode(rest, settings())));
  }

  @Test
  void aClosedRunSaysSo() throws IOException {
    Diffusion.Run run = DOOR.beginTextToImage(settings("width", 32, "height", 32));
    Iterator<Diffusion.Step> steps = run.iterator();
    steps.next();
    assertThrows(IllegalStateException.class, run::iterator);
    run.close();
    run.close();
    assertThrows(IllegalStateException.class, steps::next);
    assertThrows(IllegalStateException.class, run::result);
  }

  /** 40,000 × 40,000 values of 16 bit, which are computed when they are read. */
  private static RandomAccessibleInterval<UnsignedShortType> slide(AtomicLong reads) {
    FunctionRandomAccessible<UnsignedShortType> values =
        new FunctionRandomAccessible<>(
            2,
            (at, value) -> {
              reads.incrementAndGet();
              value.set((at.getIntPosition(0) + 2 * at.getIntPosition(1)) & 0xffff);
            },
            UnsignedShortType::new);
    return Views.interval(values, new FinalInterval(40_000, 40_000));
  }

  @Test
  void onlyTheSeenRegionOfAHugeImageIsReadOnce() throws IOException {
    AtomicLong reads = new AtomicLong();
    RandomAccessibleInterval<UnsignedShortType> slide = slide(reads);
    Interval region = FinalInterval.createMinSize(30_000, 20_000, 512, 512);
    System.gc();
    long before = used();
    Img<FloatType> painted =
        DOOR.imageToImage(
            slide, 0, 65535, region, settings("steps", 2, "strength", 0.5, "context", 16));
    assertArrayEquals(new long[] {512, 512}, painted.dimensionsAsLongArray());
    assertEquals(544 * 544, reads.get());
    System.gc();
    assertTrue(used() - before < 64 << 20, () -> used() - before + " bytes");
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static String refused(
      RandomAccessibleInterval<? extends RealType<?>> image,
      Interval region,
      RandomAccessibleInterval<? extends RealType<?>> mask,
      Object... settings) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> DOOR.imageToImage(image, 0, 255, region, mask, settings(settings)))
        .getMessage();
  }

  @Test
  void whatCantBeWorkedOnIsRefused() {
    Img<FloatType> image = interval(waves(32, 32));
    Interval region = FinalInterval.createMinSize(8, 8, 16, 16);
    assertEquals(
        "The region must have from 1 to 2147483647 pixels along each dimension, but has 0:"
            + " [4, 4]…[3, 7].",
        refused(image, new FinalInterval(new long[] {4, 4}, new long[] {3, 7}), null));
    assertEquals(
        "The region must lie in the image, [0, 0]…[31, 31], but is [24, 8]…[39, 23].",
        refused(image, FinalInterval.createMinSize(24, 8, 16, 16), null));
    assertEquals(
        "The image must have 2 or 3 dimensions, [x, y] or [x, y, channel], but has 4: [0, 0, 0,"
            + " 0]…[1, 1, 1, 1].",
        refused(ArrayImgs.floats(2, 2, 2, 2), region, null));
    assertEquals(
        "The image must have 1 or 3 channels, as the model sees it, but has 2.",
        refused(ArrayImgs.floats(32, 32, 2), region, null));
    assertEquals(
        "The mask must have the interval of the region, [8, 8]…[23, 23], but has [0, 0]…[15, 15].",
        refused(image, region, ArrayImgs.floats(16, 16)));
    assertEquals(
        "The mask must have values from 0 to 1, but has 3.0.",
        refused(image, region, Views.translate(ArrayImgs.floats(filled(256, 3), 16, 16), 8, 8)));
    image.getAt(10, 9).set(Float.NaN);
    assertEquals(
        "The image must have finite values where the model sees it, but has NaN at [10, 9, 0].",
        refused(image, region, null));
    assertTrue(
        refused(image, region, null, "stregth", 1)
            .startsWith(
                "The settings must have known keys, but one is \"stregth\"; expected one of"
                    + " strength, "));
    assertTrue(
        refused(image, region, null, "latents", true)
            .startsWith("The key latents needs ImageJ's images or windows"));
    assertEquals(
        "strength must be between 0 and 1, but is 2.0.",
        refused(image, region, null, "strength", 2));
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  void latentsOfOtherChannelsAreRefused() {
    assertEquals(
        "The latents must have 4 channels, as the model's have, but have 3.",
        assertThrows(
                IllegalArgumentException.class,
                () -> DOOR.decode(ArrayImgs.floats(8, 8, 3), settings()))
            .getMessage());
    assertEquals(
        "black and white must be two different finite numbers, but are 5.0 and 5.0.",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    DOOR.encode(ArrayImgs.floats(8, 8), 5, 5, new FinalInterval(8, 8), settings()))
            .getMessage());
  }

  @Test
  void listsAreListsOfAMacro() throws IOException {
    Map<String, Object> one = settings("width", 32, "height", 32, "guidance", "7,7,5,3");
    Map<String, Object> same = settings("width", 32, "height", 32, "guidance", List.of(7, 7, 5, 3));
    assertArrayEquals(pixels(DOOR.textToImage(one)), pixels(DOOR.textToImage(same)));
  }
}
