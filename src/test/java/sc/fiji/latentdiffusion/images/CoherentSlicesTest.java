/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Stacks whose slices agree with their neighbours. */
class CoherentSlicesTest {

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
          .withSteps(8)
          .withSeed(7)
          .withHardware("float32", "cpu")
          .withPrompt("white nuclei on a dark background", "");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImageToImageOptions coherent(double coherence, String seeds) {
    return new ImageToImageOptions(
        new RegionOptions(2, 4, false),
        ChannelMapping.DISPLAY,
        new Slices("all", seeds, coherence));
  }

  private static List<ImagePlus> edit(
      ImagePlus imp, Request request, ImageToImageOptions options, Stacks stacks)
      throws IOException {
    return VERBS.imageToImage(imp, request, options, stacks, Progress.NONE);
  }

  private static ImagePlus edit(ImagePlus imp, double coherence) throws IOException {
    return edit(imp, TINY, coherent(coherence, "consecutive"), Stacks.NONE).get(0);
  }

  /** Nuclei that become larger and smaller again along z, in the noise of a camera. */
  private static ImagePlus drawn(int size, int slices) {
    Random random = new Random(5);
    ImageStack stack = new ImageStack(size, size);
    for (int z = 0; z < slices; z++) {
      FloatProcessor pixels = new FloatProcessor(size, size);
      for (int i = 0; i < size * size; i++) {
        double value = 20;
        for (int k = 0; k < 9; k++) {
          double radius = 9 - 0.3 * Math.pow(z - k % 5, 2);
          double distance =
              Math.hypot(
                  size / 6.0 * (1 + 2 * (k % 3)) - i % size,
                  size / 6.0 * (1 + 2 * (k / 3)) - i / size);
          if (radius > 0) value += (120 + 8 * k) / (1 + Math.exp(distance - radius));
        }
        pixels.setf(i, (float) (value + 4 * random.nextGaussian()));
      }
      stack.addSlice(pixels.convertToByteProcessor(false));
    }
    return new ImagePlus("z-stack", stack);
  }

  /** SD of the differences of neighbours over the SD of all pixels. */
  private static double flicker(ImagePlus imp) {
    ImageStack stack = imp.getStack();
    List<Double> differences = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int z = 1; z <= stack.size(); z++) {
      ImageProcessor slice = stack.getProcessor(z);
      for (int i = 0; i < slice.getPixelCount(); i++) {
        values.add((double) slice.getf(i));
        if (z > 1) differences.add((double) slice.getf(i) - stack.getProcessor(z - 1).getf(i));
      }
    }
    return deviation(differences) / deviation(values);
  }

  private static double deviation(List<Double> values) {
    double mean = values.stream().mapToDouble(x -> x).average().orElseThrow();
    double sum = values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(sum / (values.size() - 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"same", "consecutive"})
  void neighboursOfADrawnStackFlickerHalfAsMuch(String seeds) throws IOException {
    ImagePlus input = drawn(80, 4);
    double alone = flicker(edit(input, BUILT_IN, coherent(0, seeds), Stacks.NONE).get(0));
    double agreed = flicker(edit(input, BUILT_IN, coherent(1, seeds), Stacks.NONE).get(0));
    assertTrue(agreed < alone / 2, "from " + alone + " to " + agreed);
  }

  private static ImagePlus random(int slices, int frames) {
    ImagePlus imp = TestImages.random("16-bit", 29, 21, 1, slices, frames, 3);
    imp.setRoi(new OvalRoi(3, 2, 20, 17));
    return imp;
  }

  private static short[] pixels(ImagePlus imp, int index) {
    return (short[]) imp.getStack().getPixels(index);
  }

  @Test
  void withoutCoherenceASliceHasTheBitsOfTheRunAlone() throws IOException {
    ImagePlus imp = random(3, 1);
    ImagePlus all = edit(imp, 0);
    assertEquals("0", all.getStringProperty("coherence"));
    imp.setSlice(2);
    ImageToImageOptions alone =
        new ImageToImageOptions(
            new RegionOptions(2, 4, false), ChannelMapping.DISPLAY, Slices.CURRENT);
    ImagePlus second = edit(imp, TINY.withSeed(43), alone, Stacks.NONE).get(0);
    assertArrayEquals(pixels(second, 2), pixels(all, 2));
    assertFalse(Arrays.equals(pixels(second, 2), pixels(edit(imp, 0.5), 2)));
  }

  @Test
  void onlyTheSelectionChanges() throws IOException {
    ImagePlus imp = random(3, 1);
    ImagePlus result = edit(imp, 1);
    for (int z = 1; z <= 3; z++) {
      ImageProcessor before = imp.getStack().getProcessor(z);
      ImageProcessor after = result.getStack().getProcessor(z);
      for (int i = 0; i < before.getPixelCount(); i++) {
        boolean same = before.get(i) == after.get(i);
        assertTrue(same || imp.getRoi().contains(i % 29, i / 29), "at " + i + " of slice " + z);
      }
    }
    assertEquals("seed 44", result.getStack().getSliceLabel(3));
    assertEquals("1", result.getStringProperty("coherence"));
  }

  @Test
  void framesOfAZStackAreApart() throws IOException {
    ImagePlus imp = random(3, 2);
    ImageToImageOptions options = coherent(0.7, "same");
    ImagePlus all = edit(imp, TINY, options, Stacks.NONE).get(0);
    ImagePlus second = random(3, 1);
    for (int z = 1; z <= 3; z++) second.getStack().setPixels(pixels(imp, 3 + z), z);
    ImagePlus alone = edit(second, TINY, options, Stacks.NONE).get(0);
    for (int z = 1; z <= 3; z++) assertArrayEquals(pixels(alone, z), pixels(all, 3 + z));
  }

  @Test
  void framesOfASingleSliceAgree() throws IOException {
    ImagePlus slices = edit(random(3, 1), 0.7);
    ImagePlus frames = edit(random(1, 3), 0.7);
    for (int i = 1; i <= 3; i++) assertArrayEquals(pixels(slices, i), pixels(frames, i));
  }

  /** Of the first evaluation, which all slices begin alike. */
  @Test
  void stacksShowTheMeanOfNeighbours() throws IOException {
    Stacks stacks = new Stacks(true, false, true, false);
    List<ImagePlus> alone = edit(random(3, 1), TINY, coherent(0, "same"), stacks);
    List<ImagePlus> agreed = edit(random(3, 1), TINY, coherent(1, "same"), stacks);
    float[] first = latents(alone.get(2), 1, 1);
    float[] second = latents(alone.get(2), 2, 1);
    float[] found = latents(agreed.get(2), 1, 1);
    float[] mean = new float[first.length];
    for (int i = 0; i < mean.length; i++) mean[i] = (first[i] + second[i]) / 2;
    assertArrayEquals(mean, found, 1e-5f);
    int evaluations = agreed.get(2).getNFrames();
    assertEquals(3, evaluations);
    ImagePlus steps = agreed.get(1);
    assertEquals(3, steps.getNSlices());
    String label = steps.getStack().getSliceLabel(steps.getStackIndex(1, 3, 4));
    assertEquals("slice 3, final latents after step 3, channel 1", label);
  }

  private static float[] latents(ImagePlus imp, int slice, int frame) {
    return (float[]) imp.getStack().getPixels(imp.getStackIndex(2, slice, frame));
  }

  @Test
  void whereNoStepRunsNothingChanges() throws IOException {
    ImagePlus imp = random(3, 1);
    ImagePlus result = edit(imp, TINY.withStrength(0), coherent(1, "same"), Stacks.NONE).get(0);
    for (int z = 1; z <= 3; z++) assertArrayEquals(pixels(imp, z), pixels(result, z));
  }

  @Test
  void aStoppedRunKeepsNoSlice() {
    List<String> told = new ArrayList<>();
    Progress stops =
        new Progress() {
          @Override
          public void update(long done, long total, String message) {
            if (message.contains("Slice")) told.add(done + "/" + total + " " + message);
          }

          @Override
          public boolean isCanceled() {
            return told.size() == 10;
          }
        };
    Stacks stacks = new Stacks(true, true, true, true);
    assertThrows(
        CancellationException.class,
        () -> VERBS.imageToImage(random(3, 2), TINY, coherent(1, "same"), stacks, stops));
    assertEquals("0/18 Slice 1 of 6: Step 1 of 3", told.get(0));
    assertTrue(told.contains("3/18 Slice 1 of 6: Step 3 of 3"), told + "");
  }

  @Test
  void itIsRefusedForTheCurrentSliceAndOutOfRange() {
    refused(() -> new Slices("current", "same", 0.5), "slices=all", "current", "0.5");
    refused(() -> new Slices("all", "same", 1.5), "coherence", "from 0", "1.5");
    refused(() -> new Slices("all", "same", Double.NaN), "coherence", "NaN");
    ImageToImageOptions options = coherent(0.5, "same");
    AreaOptions each = new AreaOptions("selection", "each", false, false, "");
    refused(
        () -> new ImageToImageOptions(options.region(), options.mapping(), options.slices(), each),
        "coherence",
        "areas=together",
        "each");
  }

  @Test
  void slicesOfWhichTheModelSeesOtherRegionsAreRefused() {
    ImagePlus imp = random(2, 1);
    Overlay overlay = new Overlay();
    for (int z = 1; z <= 2; z++) {
      OvalRoi oval = new OvalRoi(4 * z, 3, 9, 8);
      oval.setPosition(z);
      overlay.add(oval);
    }
    imp.setOverlay(overlay);
    AreaOptions areas = new AreaOptions("overlay", "together", false, false, "");
    ImageToImageOptions options = coherent(0.5, "same");
    ImageToImageOptions two =
        new ImageToImageOptions(options.region(), options.mapping(), options.slices(), areas);
    refused(() -> edit(imp, TINY, two, Stacks.NONE), "coherence", "slice 2", "same bounds");
  }

  private static void refused(Executable call, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String part : parts) assertTrue(message.contains(part), message);
  }
}
