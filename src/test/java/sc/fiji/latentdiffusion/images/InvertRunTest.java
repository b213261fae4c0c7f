/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.latents.LatentMath;
import sc.fiji.latentdiffusion.images.latents.LatentSource;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.LatentRun;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** From pictures and latents to their noise, and back, with the tiny model sd1. */
class InvertRunTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSteps(5)
          .withGuidance(1)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  private static final Request SD1 =
      Request.defaults().withModel("sd1").withHardware("float32", "cpu");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Results inverted(ImagePlus input, Stacks stacks, boolean error)
      throws IOException {
    return VERBS.invert(input, ChannelMapping.DISPLAY, REQUEST, stacks, error, Progress.NONE);
  }

  private static float[] frame(ImagePlus image, int frame, int channel) {
    return (float[]) image.getStack().getPixels(image.getStackIndex(channel, 1, frame));
  }

  @Test
  void latentsAreInvertedAsThePictureOfWhichTheyAre() throws IOException {
    ImagePlus input = TestImages.random("16-bit", 45, 37, 5);
    input.setRoi(3, 2, 30, 24);
    ImagePlus latents = VERBS.showLatent(input, ChannelMapping.DISPLAY, SD1, Progress.NONE);
    assertTrue(LatentSource.isLatent(latents));
    ImagePlus ofPicture = inverted(input, Stacks.NONE, false).get(Results.RESULT);
    ImagePlus ofLatents = inverted(latents, Stacks.NONE, false).get(Results.RESULT);
    assertEquals("Inverted", ofPicture.getTitle());
    assertEquals("latents after step 0 of 5, channel 1", ofPicture.getStack().getSliceLabel(1));
    assertArrayEquals(new int[] {4, 3, 4, 1, 1}, ofPicture.getDimensions());
    for (int c = 1; c <= 4; c++) {
      assertArrayEquals(frame(ofPicture, 1, c), frame(ofLatents, 1, c));
    }
    assertEquals("ddim", ofPicture.getStringProperty("scheduler"));
    assertEquals("-0.375", String.valueOf(ofPicture.getCalibration().xOrigin));
  }

  @Test
  void denoiseLatentGoesBackToTheErrorThatIsShown() throws IOException {
    ImagePlus input = TestImages.random("RGB", 32, 24, 5);
    ImagePlus latents = VERBS.showLatent(input, ChannelMapping.DISPLAY, SD1, Progress.NONE);
    Results results = inverted(input, Stacks.NONE, true);
    ImagePlus error = results.get(InvertStart.ERROR);
    assertEquals("Inversion error", error.getTitle());
    ImagePlus inverted = results.get(Results.RESULT);
    ImagePlus back =
        VERBS
            .denoiseLatent(
                inverted,
                REQUEST.withScheduler("ddim"),
                new StepRange(-1, -1, false),
                Stacks.NONE,
                Progress.NONE)
            .get(Results.RESULT);
    for (int c = 1; c <= 4; c++) {
      float[] from = frame(latents, 1, c);
      float[] to = frame(back, 1, c);
      float[] shown = frame(error, 1, c);
      for (int i = 0; i < from.length; i++) assertEquals(to[i] - from[i], shown[i]);
    }
    double rms = LatentMath.rms(error);
    assertEquals(rms, error.getNumericProperty("errorRms"), 1e-6);
    assertEquals(rms, inverted.getNumericProperty("errorRms"), 1e-6);
  }

  @Test
  void theImageImpliesStepsAndSchedulerOfTheWayBack() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 16, 16, 5);
    ImagePlus inverted = inverted(input, Stacks.NONE, false).get(Results.RESULT);
    assertEquals(Map.of("steps", "5", "scheduler", "ddim"), LatentRun.of(inverted).implied());
    assertEquals("0", LatentRun.of(inverted).values(List.of()).get("from"));
    assertEquals(Map.of(), LatentRun.of(input).implied());
  }

  @Test
  void theStepsCountTheWayBack() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 16, 16, 5);
    Results results = inverted(input, new Stacks(true, true, true, false), false);
    ImagePlus steps = results.get(StepStacks.LATENTS);
    assertArrayEquals(new int[] {2, 2, 4, 1, 6}, steps.getDimensions());
    List<String> labels =
        IntStream.rangeClosed(1, 6)
            .mapToObj(t -> steps.getStack().getSliceLabel(steps.getStackIndex(2, 1, t)))
            .toList();
    assertTrue(labels.get(0).matches("step 1/5, .*, final latents after step 5, channel 2"));
    assertTrue(labels.get(3).matches("step 4/5, .*, latents after step 2 of 5, channel 2"));
    assertEquals("latents after step 0 of 5, channel 2", labels.get(5));
    assertEquals(5, results.get(StepStacks.NOISE).getNFrames());
  }

  @Test
  void timeIsKnownBeforehandAfterAFirstRunAndTwiceAsLongWithTheWayBack() throws IOException {
    try (LoadedModels loaded = new LoadedModels()) {
      Estimates estimates = new Estimates(loaded, () -> TestResources.MODELS);
      ImagePlus input = TestImages.random("8-bit", 32, 24, 5);
      assertTrue(Double.isNaN(estimates.invert(input, REQUEST, false).seconds()));
      new ImageDiffusion(loaded, () -> TestResources.MODELS)
          .invert(input, ChannelMapping.DISPLAY, REQUEST, Stacks.NONE, false, Progress.NONE);
      double there = estimates.invert(input, REQUEST, false).seconds();
      double both = estimates.invert(input, REQUEST, true).seconds();
      assertTrue(there > 0 && both > there && both <= 2 * there, there + " s, " + both);
      assertTrue(estimates.invert(input, REQUEST.withSteps(50), false).seconds() > there);
    }
  }

  @Test
  void picturesAreToldFromLatents() throws IOException {
    ImagePlus none = TestImages.random("32-bit", 16, 16, 5);
    assertTrue(!LatentSource.isLatent(none));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    VERBS.invert(
                        null, ChannelMapping.DISPLAY, REQUEST, Stacks.NONE, false, Progress.NONE))
            .getMessage();
    assertTrue(message.contains("none is open"), message);
  }
}
