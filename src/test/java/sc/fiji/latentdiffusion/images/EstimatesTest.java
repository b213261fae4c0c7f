/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.library.Estimate;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.views.Tiling;

/** Estimates of a run's time and memory, with the tiny model sd1. */
class EstimatesTest {

  private static final Request REQUEST =
      Request.defaults().withModel("sd1").withSize(64, 64).withHardware("float32", "cpu");

  private final LoadedModels loaded = new LoadedModels();
  private final Estimates estimates = new Estimates(loaded, () -> TestResources.MODELS);

  @AfterEach
  void close() {
    loaded.close();
  }

  @Test
  void timeIsKnownAfterAFirstRunAndGrowsWithSizeAndSteps() throws IOException {
    assertTrue(Double.isNaN(estimates.textToImage(REQUEST).seconds()));
    new ImageDiffusion(loaded, () -> TestResources.MODELS)
        .textToImage(REQUEST, Stacks.NONE, Progress.NONE);
    double seconds = estimates.textToImage(REQUEST).seconds();
    assertTrue(seconds > 0 && seconds < 60, seconds + " s");
    assertTrue(estimates.textToImage(REQUEST.withSize(128, 128)).seconds() > seconds);
    assertTrue(estimates.textToImage(REQUEST.withSteps(40)).seconds() > seconds);
    Request otherPrecision = REQUEST.withHardware("bfloat16", "cpu");
    assertTrue(Double.isNaN(estimates.textToImage(otherPrecision).seconds()));
  }

  @Test
  void memoryGrowsWithTheSizeAndIsHalfInHalfPrecision() throws IOException {
    double bytes = estimates.textToImage(REQUEST).bytes();
    assertTrue(estimates.textToImage(REQUEST.withSize(256, 256)).bytes() > bytes);
    Request half = REQUEST.withHardware("bfloat16", "cpu");
    assertEquals(0.5, estimates.textToImage(half).bytes() / bytes, 0.1);
  }

  @Test
  void aStepCacheTakesMemoryAndSavesTime() throws IOException {
    new ImageDiffusion(loaded, () -> TestResources.MODELS)
        .textToImage(REQUEST, Stacks.NONE, Progress.NONE);
    Estimate plain = estimates.textToImage(REQUEST);
    Request cached = REQUEST.withSampling(REQUEST.sampling().withCache(new CacheOptions(3, 0, 1)));
    Estimate kept = estimates.textToImage(cached);
    assertEquals(4 * 8 * 2 * 8 * 8, kept.bytes() - plain.bytes(), 1); // channels, halves, pixels
    assertTrue(kept.seconds() < 0.9 * plain.seconds(), kept.seconds() + " s");
    Request late = REQUEST.withSampling(REQUEST.sampling().withCache(new CacheOptions(3, 1, 1)));
    assertEquals(plain.seconds(), estimates.textToImage(late).seconds(), 1e-9);
  }

  @Test
  void aStepCacheOfFewStepsIsRefusedInTheDialog() {
    Request few =
        REQUEST
            .withSteps(5)
            .withSampling(REQUEST.withSteps(5).sampling().withCache(new CacheOptions(3, 0, 1)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> estimates.textToImage(few)).getMessage();
    assertTrue(message.startsWith("cache must be 1 (off), as 5 steps run"), message);
  }

  @Test
  void aControlNetCountsOnce() throws IOException {
    Path net = TestResources.golden("control/edges").toAbsolutePath();
    double plain = estimates.textToImage(REQUEST).bytes();
    double one =
        estimates.textToImage(REQUEST.withAddOns(AddOns.NONE.with("control", net + "=i"))).bytes();
    long numbers = 0;
    for (StoredTensor tensor : ControlNetFile.open(net).tensors().values()) {
      numbers += LongStream.of(tensor.shape()).reduce(1, (a, b) -> a * b);
    }
    assertEquals(4.0 * numbers, one - plain, 1);
    Request twice = REQUEST.withAddOns(AddOns.NONE.with("control", net + "=i, " + net + ":0.5=j"));
    assertEquals(one, estimates.textToImage(twice).bytes());
  }

  @Test
  void imageToImageCountsTheSelectionAndTheSlices() throws IOException {
    ImagePlus imp = TestImages.ramp("8-bit", 640, 640, 3);
    double whole = estimates.imageToImage(imp, REQUEST, ImageToImageOptions.PLAIN).bytes();
    imp.setRoi(10, 10, 50, 50);
    assertTrue(estimates.imageToImage(imp, REQUEST, ImageToImageOptions.PLAIN).bytes() < whole);
    Request none = REQUEST.withStrength(0);
    assertEquals(0, estimates.imageToImage(imp, none, ImageToImageOptions.PLAIN).seconds());
  }

  @Test
  void detailCountsAnEncodingAndADecodingOnceForAllAnswers() throws IOException {
    ImagePlus imp = TestImages.ramp("8-bit", 64, 64, 3);
    new ImageDiffusion(loaded, () -> TestResources.MODELS)
        .imageToImage(imp, REQUEST, detail(0), Stacks.NONE, Progress.NONE);
    double plain = estimates.imageToImage(imp, REQUEST, detail(0)).seconds();
    double detailed = estimates.imageToImage(imp, REQUEST, detail(1)).seconds();
    assertTrue(detailed > plain, detailed + " s");
    Estimates ofMany = estimates.answering(new Answers(100, 1));
    double each = ofMany.imageToImage(imp, REQUEST, detail(0)).seconds();
    double many = ofMany.imageToImage(imp, REQUEST, detail(1)).seconds();
    assertEquals(detailed - plain, many - each, 1e-9 * many);
    assertTrue(each < 100 * plain, each + " s"); // the picture is encoded once
  }

  @Test
  void aLargeRegionInTilesTakesLittleMemoryAndTimeThatGrowsWithItsArea() throws IOException {
    Request tiled = REQUEST.withTiling(new Tiling(64, -1, true));
    new ImageDiffusion(loaded, () -> TestResources.MODELS)
        .textToImage(tiled.withSize(96, 96), Stacks.NONE, Progress.NONE);
    Estimate small =
        estimates.imageToImage(
            IJ.createImage("i", "16-bit ramp", 2048, 2048, 1), tiled, ImageToImageOptions.PLAIN);
    Estimate large =
        estimates.imageToImage(
            IJ.createImage("i", "16-bit ramp", 4096, 4096, 1), tiled, ImageToImageOptions.PLAIN);
    assertEquals(4, large.seconds() / small.seconds(), 0.2);
    assertTrue(large.bytes() < 3e9, large.bytes() + " bytes");
    assertTrue(large.notes().isEmpty(), large.notes().toString());
  }

  private static ImageToImageOptions detail(double detail) {
    RegionOptions region = new RegionOptions(0, 0, false, detail, false);
    return new ImageToImageOptions(region, ChannelMapping.DISPLAY, Slices.CURRENT);
  }

  @Test
  void valuesAreNotLookedThroughForTheirRangeBeforeTheRun() throws IOException {
    ImagePlus imp = IJ.createImage("i", "32-bit black", 64, 64, 3);
    for (int i = 1; i <= 3; i++) {
      imp.getStack().getProcessor(i).add(Double.NaN); // the run will refuse this
    }
    assertTrue(estimates.imageToImage(imp, REQUEST, full("")).bytes() > 0);
    assertThrows(
        IllegalArgumentException.class, () -> estimates.imageToImage(imp, REQUEST, full("4")));
    assertThrows(IllegalArgumentException.class, () -> Channels.of(imp, full("").mapping()));
  }

  private static ImageToImageOptions full(String channels) {
    ChannelMapping mapping = new ChannelMapping(channels, "full", 0, 255);
    return new ImageToImageOptions(RegionOptions.SHARP, mapping, Slices.CURRENT);
  }

  @Test
  void unknownStepsAndModelsAreRefused() {
    ImagePlus latent = TestImages.blackChannels("32-bit", 8, 8, 4);
    StepRange range = new StepRange(3, 99, false);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> estimates.denoiseLatent(latent, REQUEST, range))
            .getMessage();
    assertTrue(message.startsWith("to must be"), message);
    assertThrows(
        IOException.class, () -> estimates.textToImage(REQUEST.withModel("there is none")));
  }
}
