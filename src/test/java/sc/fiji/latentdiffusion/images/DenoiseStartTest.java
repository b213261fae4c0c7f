/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/** Saves, reopens and resumes latents as images, with the tiny model sd1. */
public class DenoiseStartTest {

  static final LoadedModels LOADED = new LoadedModels();
  static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> TestResources.MODELS);
  static final Stacks LATENTS = new Stacks(true, false, false, false);

  static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSize(32, 24)
          .withSteps(6)
          .withSeed(42)
          .withScheduler("euler")
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImagePlus steps(Request request) throws IOException {
    return VERBS.textToImage(request, LATENTS, Progress.NONE).get(1);
  }

  static ImagePlus denoise(ImagePlus latent, Request request, int from, int to) throws IOException {
    StepRange range = new StepRange(from, to, false);
    return VERBS.denoiseLatent(latent, request, range, Stacks.NONE, Progress.NONE).get(0);
  }

  static float[] values(ImagePlus imp, int frame) {
    float[] all = new float[0];
    for (int c = 1; c <= 4; c++) {
      float[] channel = (float[]) imp.getStack().getPixels(imp.getStackIndex(c, 1, frame));
      int before = all.length;
      all = Arrays.copyOf(all, before + channel.length);
      System.arraycopy(channel, 0, all, before, channel.length);
    }
    return all;
  }

  static Stream<String> singleStepSchedulers() {
    NoiseSchedule schedule =
        BetaSchedule.of(SchedulerConfigs.of(Map.of("beta_schedule", "scaled_linear")));
    return Schedulers.names().stream()
        .filter(name -> !Schedulers.get(name).solver().weighsByStart())
        .filter(name -> !Schedulers.get(name).solver().repeatsSteps())
        .filter(name -> Schedulers.get(name).plan(schedule, 6, 1).isSingleStep());
  }

  @Test
  void eulerIsASingleStepMethodAndDpmpp2mIsNone() {
    List<String> names = singleStepSchedulers().toList();
    assertTrue(names.containsAll(List.of("ddim", "euler", "euler_k")), names.toString());
    assertFalse(names.contains("dpmpp_2m"), names.toString());
  }

  @Test
  void aMethodThatWeighsByTheStartOfARunSaysThatItGoesOnOtherwise() throws IOException {
    Request request = REQUEST.withScheduler("heunpp2");
    ImagePlus whole = steps(request);
    whole.setPosition(1, 1, 4); // three evaluations of the first step
    String warning = denoise(whole, request, -1, -1).getStringProperty("warning1");
    assertTrue(warning.startsWith("heunpp2 weighs its slopes by the noise"), warning);
  }

  @Test
  void aMethodThatTakesStepsAgainCanGoOnFromItsBeginningOnly() throws IOException {
    Request request = REQUEST.withScheduler("restart");
    ImagePlus whole = steps(request);
    whole.setPosition(1, 1, 5);
    String message =
        assertThrows(IllegalArgumentException.class, () -> denoise(whole, request, 2, -1))
            .getMessage();
    assertTrue(message.startsWith("from must be 0, where the run began, as restart"), message);
    ImagePlus all = denoise(whole, request, 0, -1);
    assertEquals("Denoised", all.getTitle());
  }

  @ParameterizedTest
  @MethodSource("singleStepSchedulers")
  void stoppingAtAStepAndResumingGivesTheBitsOfOneRun(String scheduler) throws IOException {
    Request request = REQUEST.withScheduler(scheduler);
    ImagePlus whole = steps(request);
    int first = 1;
    while (!whole.getStack().getSliceLabel(whole.getStackIndex(1, 1, first)).contains("step 3/6")) {
      first++;
    }
    whole.setPosition(1, 1, first);
    ImagePlus stopped = denoise(whole, request, -1, 4);
    ImagePlus resumed = denoise(stopped, request, -1, -1);
    assertArrayEquals(values(whole, whole.getNFrames()), values(resumed, 1));
    assertEquals("Denoised", resumed.getTitle());
    assertNull(resumed.getStringProperty("warning1"));
    assertEquals("2", stopped.getStringProperty("from"));
    assertEquals("4", resumed.getStringProperty("from"));
  }

  @Test
  void multistepMethodsSayThatTheyDiffer() throws IOException {
    Request request = REQUEST.withScheduler("dpmpp_2m");
    ImagePlus whole = steps(request);
    whole.setPosition(1, 1, 4);
    ImagePlus resumed = denoise(whole, request, -1, -1);
    assertTrue(resumed.getStringProperty("warning1").contains("dpmpp_2m remembers"));
    assertFalse(Arrays.equals(values(whole, 7), values(resumed, 1)));
    whole.setPosition(1, 1, 1);
    assertArrayEquals(values(whole, 7), values(denoise(whole, request, -1, -1), 1));
  }

  @Test
  void aFrameOfImageToImageCountsFromTheBeginningOfTheWholeRun() throws IOException {
    ImagePlus input = TestImages.black("RGB", 32, 24);
    List<ImagePlus> images =
        VERBS.imageToImage(
            input, REQUEST.withStrength(0.5), ImageToImageOptions.PLAIN, LATENTS, Progress.NONE);
    ImagePlus latents = images.get(1);
    latents.setPosition(1, 1, 2);
    ImagePlus resumed = denoise(latents, REQUEST, -1, -1);
    assertEquals("4", resumed.getStringProperty("from"));
    assertArrayEquals(values(latents, 4), values(resumed, 1));
  }

  @Test
  void latentsOfAPictureWithNoiseAddedAreImageToImage() throws IOException {
    ImagePlus input = TestImages.black("RGB", 32, 24);
    ImagePlus clean = VERBS.showLatent(input, ChannelMapping.DISPLAY, "sd1", "float32", "cpu");
    StepRange range = new StepRange(3, -1, true);
    ImagePlus made = VERBS.denoiseLatent(clean, REQUEST, range, Stacks.NONE, Progress.NONE).get(0);
    ImagePlus expected =
        VERBS
            .imageToImage(
                input, REQUEST.withStrength(0.5), ImageToImageOptions.PLAIN, LATENTS, Progress.NONE)
            .get(1);
    assertArrayEquals(values(expected, 4), values(made, 1));
  }

  @Test
  void whatMakesALatentOneSurvivesATiffFile(@TempDir Path folder) throws IOException {
    ImagePlus input = TestImages.black("RGB", 40, 32);
    input.getCalibration().pixelWidth = 0.5;
    input.getCalibration().pixelHeight = 0.25;
    input.getCalibration().setUnit("micron");
    input.setRoi(8, 16, 24, 16);
    ImagePlus latents = VERBS.showLatent(input, ChannelMapping.DISPLAY, "sd1", "float32", "cpu");
    ImagePlus reopened = TestImages.reopened(latents, folder);
    for (String key : List.of("scalingFactor", "modelName", "modelSha256", "latentFactor")) {
      assertEquals(latents.getStringProperty(key), reopened.getStringProperty(key), key);
    }
    assertEquals(4, reopened.getCalibration().pixelWidth);
    assertEquals(2, reopened.getCalibration().pixelHeight);
    assertEquals(4, reopened.getCalibration().getX(0.0));
    assertEquals("micron", reopened.getCalibration().getUnit());
    assertArrayEquals(
        pixels(VERBS.decodeLatent(latents, "sd1", "float32", "cpu")),
        pixels(VERBS.decodeLatent(reopened, "sd1", "float32", "cpu")));
  }

  private static int[] pixels(ImagePlus imp) {
    return (int[]) imp.getProcessor().getPixels();
  }

  @Test
  void aRunGoesOnFromAReopenedTiffFile(@TempDir Path folder) throws IOException {
    ImagePlus whole = steps(REQUEST);
    ImagePlus stopped = denoise(frame(whole, 1), REQUEST, -1, 3);
    ImagePlus resumed = denoise(TestImages.reopened(stopped, folder), REQUEST, -1, -1);
    assertArrayEquals(values(whole, 7), values(resumed, 1));
    ImagePlus stack = frame(TestImages.reopened(whole, folder), 5);
    assertArrayEquals(values(whole, 7), values(denoise(stack, REQUEST, -1, -1), 1));
  }

  static ImagePlus frame(ImagePlus imp, int frame) {
    imp.setPosition(1, 1, frame);
    return imp;
  }

  @Test
  void resumingWithTheSameLoraGivesTheBitsOfOneRunAndAnotherIsTold() throws IOException {
    String lora = TestResources.golden("lora/kohya") + ":0.8";
    ImagePlus whole = frame(steps(REQUEST.withAddOn("lora", lora)), 4);
    ImagePlus resumed = denoise(whole, REQUEST.withAddOn("lora", lora), -1, -1);
    assertArrayEquals(values(whole, 7), values(resumed, 1));
    assertNull(resumed.getStringProperty("warning1"));
    assertEquals("0.8", resumed.getStringProperty("lora1Weight"));
    ImagePlus decoded = VERBS.decodeLatent(resumed, "sd1", "float32", "cpu");
    assertNull(decoded.getStringProperty("lora1"), "the VAE has none");
    String without = denoise(whole, REQUEST, -1, -1).getStringProperty("warning1");
    assertTrue(without.contains("with lora=" + lora + ", but"), without);
    ImagePlus plain = frame(steps(REQUEST), 4);
    String with =
        denoise(plain, REQUEST.withAddOn("lora", lora), -1, -1).getStringProperty("warning1");
    assertTrue(with.contains("with lora=, but it continues with lora=" + lora), with);
  }

  @Test
  void noiseAndPredictedLatentsThatAreTakenForLatentsAreTold() throws IOException {
    Stacks all = new Stacks(true, true, true, false);
    List<ImagePlus> stacks = VERBS.textToImage(REQUEST.withSteps(2), all, Progress.NONE);
    Request request = REQUEST.withSteps(2);
    ImagePlus noise = frame(stacks.get(2), 2).duplicate();
    String told = "\" holds predicted noise, not latents. Select \"Latents by step\" instead.";
    String denoised = denoise(noise, request, 1, -1).getStringProperty("warning1");
    assertTrue(denoised.endsWith(told), denoised);
    String decoded =
        VERBS.decodeLatent(noise, "sd1", "float32", "cpu").getStringProperty("warning1");
    assertTrue(decoded.endsWith(told), decoded);
    ImagePlus predicted = frame(stacks.get(3), 2);
    String without = denoise(predicted, request, 1, -1).getStringProperty("warning1");
    assertTrue(without.contains("holds latents as predicted, without the noise"), without);
    assertNull(
        VERBS.decodeLatent(predicted, "sd1", "float32", "cpu").getStringProperty("warning1"));
    assertNull(denoise(frame(stacks.get(1), 2), request, 1, -1).getStringProperty("warning1"));
  }

  @Test
  void otherStepsSchedulersAndModelsAreTold() throws IOException {
    ImagePlus whole = frame(steps(REQUEST), 3);
    ImagePlus other = denoise(whole, REQUEST.withSteps(8).withScheduler("ddim"), 4, -1);
    assertTrue(other.getStringProperty("warning1").contains("steps=6"));
    assertTrue(other.getStringProperty("warning2").contains("scheduler=euler"));
    ImagePlus decoded = VERBS.decodeLatent(whole, "sd2", "float32", "cpu");
    assertTrue(decoded.getStringProperty("warning1").contains("sd1"));
  }

  @ParameterizedTest
  @CsvSource({"6, -1, 0…5", "-2, -1, 0…5", "3, 3, 4…6", "3, 7, 4…6"})
  void stepsOutsideOfTheRunAreRefused(int from, int to, String expected) throws IOException {
    ImagePlus whole = steps(REQUEST);
    String message =
        assertThrows(IllegalArgumentException.class, () -> denoise(whole, REQUEST, from, to))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void latentsAtNoStepOrAtTheLastNeedAStep() throws IOException {
    ImagePlus input = TestImages.black("RGB", 32, 24);
    ImagePlus clean = VERBS.showLatent(input, ChannelMapping.DISPLAY, "sd1", "float32", "cpu");
    assertTrue(refusal(clean).contains("Give from"), refusal(clean));
    ImagePlus last = frame(steps(REQUEST), 7);
    assertTrue(refusal(last).contains("All 6 steps"), refusal(last));
  }

  @Test
  void aFrameWithinAStepIsRefused() {
    ImagePlus imp = TestImages.blackChannels("32-bit", 4, 3, 4);
    imp.getStack().setSliceLabel("channel 1, step 2/6, 2nd half, timestep 5, sigma 1", 1);
    assertTrue(refusal(imp).contains("within one"), refusal(imp));
  }

  private static String refusal(ImagePlus imp) {
    return assertThrows(IllegalArgumentException.class, () -> denoise(imp, REQUEST, -1, -1))
        .getMessage();
  }
}
