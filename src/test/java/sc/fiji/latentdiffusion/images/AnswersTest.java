/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.measure.Calibration;
import ij.plugin.ZProjector;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.StoppingProgress;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.AnswerStatistics;
import sc.fiji.latentdiffusion.images.results.LatentRun;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.random.Variation;

/** Several answers to one request, with the tiny model sd1. */
class AnswersTest {

  private static final Stacks LATENTS = new Stacks(true, false, false, false);
  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSize(32, 24)
          .withSteps(2)
          .withStrength(1)
          .withScheduler("euler_a")
          .withSeed(4294967294L)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  private static final List<String> LABELS =
      List.of("seed 4294967294", "seed 4294967295", "seed 0");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Results text(Answers answers, Request request, Stacks stacks) throws IOException {
    return VERBS.answering(answers).textToImage(request, stacks, Progress.NONE);
  }

  private static Results image(Answers answers, ImagePlus input, Request request, Stacks stacks)
      throws IOException {
    return VERBS
        .answering(answers)
        .imageToImage(input, request, ImageToImageOptions.PLAIN, stacks, Progress.NONE);
  }

  private static List<String> labels(ImagePlus imp) {
    return Stream.of(imp.getStack().getSliceLabels()).limit(imp.getStackSize()).toList();
  }

  @Test
  void slicesAreThePicturesOfTheNextSeedsToTheBit() throws IOException {
    ImagePlus several = text(new Answers(3, 1), REQUEST, Stacks.NONE).get(Results.RESULT);
    assertEquals("Text to Image", several.getTitle());
    assertArrayEquals(new int[] {32, 24, 1, 3, 1}, several.getDimensions());
    assertEquals(LABELS, labels(several));
    assertEquals("4294967294,4294967295,0", several.getStringProperty("seedsUsed"));
    for (int i = 0; i < 3; i++) {
      ImagePlus single = text(Answers.ONE, REQUEST.answer(i), Stacks.NONE).get(Results.RESULT);
      assertArrayEquals(
          (int[]) single.getProcessor().getPixels(), (int[]) several.getStack().getPixels(i + 1));
      assertNull(single.getStringProperty("seedsUsed"));
    }
  }

  private static Stream<ImagePlus> inputs() {
    return Stream.of(
        TestImages.random("8-bit", 32, 24, 5),
        TestImages.random("RGB", 32, 24, 5),
        TestImages.random("16-bit", 32, 24, 2, 3, 2, 5),
        TestImages.random("32-bit", 32, 24, 1, 3, 1, 5));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void slicesAreAnswersToTheCurrentSliceAndFrameOfAnImage(ImagePlus input) throws IOException {
    input.setPosition(1, input.getNSlices(), input.getNFrames());
    input.getCalibration().pixelWidth = 0.25;
    input.setRoi(new OvalRoi(3, 3, 20, 16));
    ImagePlus several = image(new Answers(3, 1), input, REQUEST, Stacks.NONE).get(Results.RESULT);
    int channels = input.getNChannels();
    assertArrayEquals(new int[] {32, 24, channels, 3, 1}, several.getDimensions());
    assertEquals(input.getType(), several.getType());
    assertEquals(input.isComposite(), several instanceof CompositeImage);
    assertEquals(0.25, several.getCalibration().pixelWidth);
    assertEquals(input.getDisplayRangeMax(), several.getDisplayRangeMax());
    assertEquals(input.getRoi().getBounds(), several.getRoi().getBounds());
    for (int i = 0; i < 3; i++) {
      ImagePlus single =
          image(Answers.ONE, input, REQUEST.answer(i), Stacks.NONE).get(Results.RESULT);
      for (int c = 1; c <= channels; c++) {
        int index = single.getStackIndex(c, input.getNSlices(), input.getNFrames());
        ImageProcessor expected = single.getStack().getProcessor(index);
        int found = several.getStackIndex(c, i + 1, 1);
        Object pixels = several.getStack().getPixels(found);
        assertTrue(Objects.deepEquals(expected.getPixels(), pixels));
        assertEquals(LABELS.get(i), several.getStack().getSliceLabel(found));
      }
    }
  }

  @Test
  void aStrengthOfZeroGivesTheInputInEverySlice() throws IOException {
    ImagePlus input = TestImages.random("16-bit", 32, 24, 5);
    ImagePlus several =
        image(new Answers(3, 2), input, REQUEST.withStrength(0), Stacks.NONE).get(Results.RESULT);
    assertEquals(LABELS, labels(several));
    for (int i = 1; i <= 3; i++) {
      assertArrayEquals(
          (short[]) input.getProcessor().getPixels(), (short[]) several.getStack().getPixels(i));
    }
  }

  @Test
  void answersAtOnceAreThePicturesOfSingleRunsWithinOneGrey() throws IOException {
    ImagePlus atOnce = text(new Answers(3, 2), REQUEST, Stacks.NONE).get(Results.RESULT);
    ImagePlus single = text(new Answers(3, 1), REQUEST, Stacks.NONE).get(Results.RESULT);
    assertEquals(LABELS, labels(atOnce));
    for (int i = 1; i <= 3; i++) {
      int[] expected = (int[]) single.getStack().getPixels(i);
      int[] found = (int[]) atOnce.getStack().getPixels(i);
      for (int p = 0; p < expected.length; p++) {
        for (int shift = 0; shift < 24; shift += 8) {
          assertEquals(expected[p] >> shift & 255, found[p] >> shift & 255, 1, i + " " + p);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void stepStacksHaveASliceForEachAnswerAndAFrameForEachEvaluation(int batch) throws IOException {
    Stacks all = new Stacks(true, true, true, true);
    Results results = text(new Answers(3, batch), REQUEST, all);
    assertEquals(5, results.all().size());
    int[] frames = {1, 3, 2, 2, 2};
    for (int i = 1; i < 5; i++) {
      ImagePlus stack = results.all().get(i);
      assertEquals(3, stack.getNSlices(), stack.getTitle());
      assertEquals(frames[i], stack.getNFrames(), stack.getTitle());
      for (int run = 1; run <= 3; run++) {
        String label = stack.getStack().getSliceLabel(stack.getStackIndex(1, run, 1));
        assertTrue(label.startsWith(LABELS.get(run - 1) + ", step 1/2"), label);
      }
    }
    ImagePlus latents = results.get(StepStacks.LATENTS);
    Results second = text(Answers.ONE, REQUEST.answer(1), LATENTS);
    ImagePlus expected = second.get(StepStacks.LATENTS);
    for (int frame = 1; frame <= 3; frame++) {
      assertArrayEquals(
          (float[]) expected.getStack().getPixels(expected.getStackIndex(2, 1, frame)),
          (float[]) latents.getStack().getPixels(latents.getStackIndex(2, 2, frame)),
          batch == 1 ? 0 : 1e-4f);
    }
  }

  @Test
  void aVariationKeepsTheSeedAndCountsTheSecond() throws IOException {
    Request varied = REQUEST.withSampling(REQUEST.sampling().withVariation(new Variation(0.3, 8)));
    ImagePlus several = text(new Answers(2, 1), varied, Stacks.NONE).get(Results.RESULT);
    assertEquals(List.of("seed 4294967294, seed2 8", "seed 4294967294, seed2 9"), labels(several));
    assertEquals("4294967294,4294967294", several.getStringProperty("seedsUsed"));
    assertEquals("8,9", several.getStringProperty("seed2sUsed"));
    ImagePlus second = text(Answers.ONE, varied.answer(1), Stacks.NONE).get(Results.RESULT);
    assertArrayEquals(
        (int[]) second.getProcessor().getPixels(), (int[]) several.getStack().getPixels(2));
    ImagePlus plain = text(Answers.ONE, REQUEST, Stacks.NONE).get(Results.RESULT);
    assertNotEquals(
        List.of(plain.getProcessor().getPixels()), List.of(several.getStack().getPixels(1)));
  }

  @Test
  void stoppingKeepsTheWholeAnswers() throws IOException {
    Progress second = new StoppingProgress("Answer 2 of 3: Step 2");
    Results results = VERBS.answering(new Answers(3, 1)).textToImage(REQUEST, LATENTS, second);
    ImagePlus result = results.get(Results.RESULT);
    assertEquals("Text to Image (partial)", result.getTitle());
    assertEquals(1, result.getStackSize());
    assertEquals("canceled after 1 of 3 answers", result.getStringProperty("partial"));
    assertEquals("4294967294", result.getStringProperty("seedsUsed"));
    assertArrayEquals(new int[] {4, 3, 4, 1, 3}, results.get(StepStacks.LATENTS).getDimensions());
    Progress batch = new StoppingProgress("Batch 2 of 2: Step 2");
    results = VERBS.answering(new Answers(3, 2)).textToImage(REQUEST, Stacks.NONE, batch);
    assertEquals(2, results.get(Results.RESULT).getStackSize());
  }

  /** A run that holds the surroundings of a selection continues by the seed in its label. */
  @Test
  void latentsOfAnyAnswerContinueAsItsOwnRun() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 32, 24, 5);
    input.setRoi(new OvalRoi(8, 6, 16, 12));
    ImageToImageOptions around =
        new ImageToImageOptions(
            new RegionOptions(0, 8, false), ChannelMapping.DISPLAY, Slices.CURRENT);
    Request varied =
        REQUEST
            .withSteps(3)
            .withSampling(REQUEST.withSteps(3).sampling().withVariation(new Variation(0.3, 8)));
    for (Request request : List.of(REQUEST.withSteps(3), varied)) {
      ImagePlus latents =
          VERBS
              .answering(new Answers(2, 2))
              .imageToImage(input, request, around, LATENTS, Progress.NONE)
              .get(StepStacks.LATENTS);
      latents.setPosition(1, 2, 2);
      assertEquals(
          String.valueOf(request.answer(1).seed()),
          LatentRun.of(latents).values(List.of("seed")).get("seed"));
      ImagePlus ended =
          VERBS
              .denoiseLatent(
                  latents,
                  request.answer(1),
                  new StepRange(-1, -1, false),
                  Stacks.NONE,
                  Progress.NONE)
              .get(Results.RESULT);
      for (int c = 1; c <= 4; c++) {
        assertArrayEquals(
            (float[]) latents.getStack().getPixels(latents.getStackIndex(c, 2, 4)),
            (float[]) ended.getStack().getPixels(c),
            1e-4f);
      }
    }
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingRuns() {
    assertRefused("count must be between 1 and 10000, but is 0", () -> new Answers(0, 1));
    assertRefused("batch must be between 1 and 64, but is 65", () -> new Answers(2, 65));
    assertRefused(
        "count must be 1 with slices=all",
        () -> new Answers(2, 1).require(new Slices("all", "same")));
    Request large = REQUEST.withSize(8192, 8192);
    assertRefused(
        "count=10000 answers take",
        () -> VERBS.answering(new Answers(10000, 1)).textToImage(large, LATENTS, Progress.NONE));
  }

  private static ImageDiffusion answering(int count, boolean statistics, ResultType type) {
    return VERBS.answering(new Answers(count, 1, statistics)).withType(type);
  }

  private static Results statistics(ImagePlus input, Request request, ResultType type)
      throws IOException {
    ImageDiffusion verbs = answering(3, true, type);
    return input == null
        ? verbs.textToImage(request, LATENTS, Progress.NONE)
        : verbs.imageToImage(input, request, ImageToImageOptions.PLAIN, LATENTS, Progress.NONE);
  }

  private static ImagePlus projected(ImagePlus stack, int method) {
    ZProjector projector = new ZProjector(stack);
    projector.setMethod(method);
    projector.setStopSlice(stack.getNSlices());
    if (stack.getNChannels() > 1) projector.doHyperStackProjection(false);
    else projector.doProjection();
    return projector.getProjection();
  }

  private static Stream<ImagePlus> statisticsInputs() {
    ImagePlus calibrated = TestImages.random("16-bit", 32, 24, 5);
    double[] line = {-3, 0.5};
    calibrated.getCalibration().setFunction(Calibration.STRAIGHT_LINE, line, "units");
    return Stream.of(null, calibrated, TestImages.random("32-bit", 32, 24, 2, 1, 1, 5));
  }

  @ParameterizedTest
  @MethodSource("statisticsInputs")
  void meanAndDeviationAreTheProjectionsOfTheResultsOf32Bit(ImagePlus input) throws IOException {
    if (input != null) input.setRoi(4, 4, 20, 16);
    Results made = statistics(input, REQUEST, ResultType.FLOAT);
    ImagePlus stack = made.get(Results.RESULT);
    assertEquals(32, stack.getBitDepth());
    double range = stack.getDisplayRangeMax() - stack.getDisplayRangeMin();
    Results rounded = statistics(input, REQUEST, ResultType.AUTO);
    String[] roles = {AnswerStatistics.MEAN, AnswerStatistics.DEVIATION};
    int[] methods = {ZProjector.AVG_METHOD, ZProjector.SD_METHOD};
    for (int i = 0; i < 2; i++) {
      ImagePlus found = made.get(roles[i]);
      assertEquals(i == 0 ? "Mean" : "SD", found.getTitle());
      ImagePlus expected = projected(stack, methods[i]);
      int channels = stack.getNChannels();
      assertArrayEquals(new int[] {32, 24, channels, 1, 1}, found.getDimensions());
      for (int c = 1; c <= channels; c++) {
        float[] values = (float[]) found.getStack().getProcessor(c).getPixels();
        float[] wanted = (float[]) expected.getStack().getProcessor(c).getPixels();
        assertArrayEquals(wanted, values, (float) (1e-6 * range), roles[i] + " " + c);
        float[] same = (float[]) rounded.get(roles[i]).getStack().getProcessor(c).getPixels();
        assertArrayEquals(values, same, roles[i] + " of rounded answers " + c);
      }
    }
    assertEquals(4, made.all().size());
  }

  @Test
  void aStoppedRunHasTheStatisticsOfItsWholeAnswersIfTwo() throws IOException {
    ImageDiffusion verbs = answering(3, true, ResultType.AUTO);
    Progress third = new StoppingProgress("Answer 3 of 3: Step 2");
    Results two = verbs.textToImage(REQUEST, Stacks.NONE, third);
    assertEquals(2, two.get(Results.RESULT).getStackSize());
    assertEquals("Mean (partial)", two.get(AnswerStatistics.MEAN).getTitle());
    Progress second = new StoppingProgress("Answer 2 of 3: Step 2");
    assertEquals(1, verbs.textToImage(REQUEST, Stacks.NONE, second).all().size());
    assertRefused("statistics=true needs a count of 2 or more", () -> new Answers(1, 1, true));
  }

  private static void assertRefused(String beginning, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
