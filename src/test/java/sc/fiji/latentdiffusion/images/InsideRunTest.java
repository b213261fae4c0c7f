/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.inside.Insides;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.results.StepStacks;
import sc.fiji.latentdiffusion.images.tables.StepTable;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.views.Tiling;

/** Numbers, halves and the montage of runs, with the tiny model sd1. */
class InsideRunTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);

  private static final Stacks.Further ALL_FURTHER =
      new Stacks.Further(
          true, true, true, true, true, Optional.of(new AttentionProbe.Pixel(11, 7)));

  private static final Stacks ALL = new Stacks(true, true, true, true).with(ALL_FURTHER);

  private static final Stacks SPLIT =
      new Stacks(false, true, false, false)
          .with(new Stacks.Further(false, true, true, false, false, Optional.empty()));

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSize(40, 24)
          .withSteps(4)
          .withSeed(42)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "blurred");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Request guided(double scale) {
    return REQUEST.withGuidance(scale);
  }

  private static float[] values(ImagePlus image) {
    int[] indices = IntStream.rangeClosed(1, image.getStackSize()).toArray();
    float[] all = new float[0];
    for (int i : indices) {
      float[] slice =
          (float[]) image.getStack().getProcessor(i).convertToFloatProcessor().getPixels();
      int before = all.length;
      all = Arrays.copyOf(all, before + slice.length);
      System.arraycopy(slice, 0, all, before, slice.length);
    }
    return all;
  }

  private static double rms(float[] values) {
    double sum = 0;
    for (float value : values) sum += (double) value * value;
    return Math.sqrt(sum / values.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16})
  void nothingThatIsShownOfTextToImageChangesABit(int tile) throws IOException {
    Request request = REQUEST.withTiling(new Tiling(tile, -1));
    ImagePlus alone = VERBS.textToImage(request, Stacks.NONE, Progress.NONE).get(Results.RESULT);
    Results shown = VERBS.textToImage(request, ALL, Progress.NONE);
    assertArrayEquals(values(alone), values(shown.get(Results.RESULT)));
  }

  @Test
  void nothingThatIsShownOfImageToImageOrDenoiseLatentChangesABit() throws IOException {
    ImagePlus input = TestImages.random("16-bit", 45, 37, 5);
    ImagePlus alone = image(input, Stacks.NONE).get(Results.RESULT);
    Results shown = image(input, ALL);
    assertArrayEquals(values(alone), values(shown.get(Results.RESULT)));
    ImagePlus steps = shown.get(StepStacks.LATENTS);
    steps.setPosition(1, 1, 2);
    assertArrayEquals(
        values(denoised(steps, Stacks.NONE).get(Results.RESULT)),
        values(denoised(steps, ALL).get(Results.RESULT)));
  }

  private static Results image(ImagePlus input, Stacks stacks) throws IOException {
    return VERBS.imageToImage(input, REQUEST, ImageToImageOptions.PLAIN, stacks, Progress.NONE);
  }

  private static Results denoised(ImagePlus latent, Stacks stacks) throws IOException {
    StepRange rest = new StepRange(-1, -1, false);
    return VERBS.denoiseLatent(latent, REQUEST, rest, stacks, Progress.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16})
  void guidanceJoinsTheHalvesThatAreShown(int tile) throws IOException {
    Request request = guided(3).withTiling(new Tiling(tile, -1));
    Results shown = VERBS.textToImage(request, SPLIT, Progress.NONE);
    float[] noise = values(shown.get(StepStacks.NOISE));
    float[] with = values(shown.get(StepStacks.CONDITIONAL));
    float[] without = values(shown.get(StepStacks.UNCONDITIONAL));
    for (int i = 0; i < noise.length; i++) {
      assertEquals(without[i] + 3 * (with[i] - without[i]), noise[i], 1e-4, "value " + i);
    }
  }

  @Test
  void withoutGuidanceTheNoiseIsTheOnlyHalf() throws IOException {
    Results shown = VERBS.textToImage(guided(1), SPLIT, Progress.NONE);
    assertArrayEquals(
        values(shown.get(StepStacks.NOISE)), values(shown.get(StepStacks.CONDITIONAL)));
    assertNull(shown.get(StepStacks.UNCONDITIONAL));
    assertNull(shown.get(StepTable.COSINE));
    assertTrue(Double.isNaN(shown.table().getValue("unconditional RMS", 0)));
    assertEquals(
        shown.table().getValue("noise RMS", 0), shown.table().getValue("conditional RMS", 0));
  }

  @Test
  void theTableHasARowForEachEvaluationOfEachAnswer() throws IOException {
    Results shown = VERBS.answering(new Answers(3, 2)).textToImage(REQUEST, SPLIT, Progress.NONE);
    ResultsTable table = shown.table();
    assertEquals("Steps", shown.title());
    assertEquals(12, table.size());
    for (int row = 0; row < 12; row++) {
      assertEquals(row / 4 + 1, table.getValue("run", row));
      assertEquals(42 + row / 4, table.getValue("seed", row));
      assertEquals(1, table.getValue("slice", row));
      assertEquals(row % 4 + 1, table.getValue("evaluation", row));
    }
    ImagePlus noise = shown.get(StepStacks.NOISE);
    noise.setPosition(1, 2, 3); // the second answer's third evaluation
    float[] all = new float[0];
    for (int c = 1; c <= 4; c++) {
      float[] channel = (float[]) noise.getStack().getPixels(noise.getStackIndex(c, 2, 3));
      all = Arrays.copyOf(all, all.length + channel.length);
      System.arraycopy(channel, 0, all, all.length - channel.length, channel.length);
    }
    assertEquals(rms(all), table.getValue("noise RMS", 6), 1e-9);
  }

  @Test
  void theSlicesOfAStackAreNamedInTheTable() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 24, 24, 5);
    ImagePlus stack = new ImagePlus("stack", input.getStack().duplicate());
    stack.getStack().addSlice(input.getProcessor().duplicate());
    stack.setStack(stack.getStack());
    ImageToImageOptions both =
        new ImageToImageOptions(
            ImageToImageOptions.PLAIN.region(),
            ImageToImageOptions.PLAIN.mapping(),
            new Slices("all", "consecutive"));
    ResultsTable table = VERBS.imageToImage(stack, REQUEST, both, SPLIT, Progress.NONE).table();
    int last = table.size() - 1;
    assertEquals(1, table.getValue("slice", 0));
    assertEquals(2, table.getValue("slice", last));
    assertEquals(43, table.getValue("seed", last));
  }

  @Test
  void stacksHaveAnAxisOfEvaluations() throws IOException {
    Results shown = VERBS.textToImage(REQUEST, ALL, Progress.NONE);
    List<String> roles =
        List.of(
            StepStacks.LATENTS,
            StepStacks.NOISE,
            StepStacks.PREDICTED,
            StepStacks.DECODED,
            StepStacks.NOISY,
            StepStacks.CONDITIONAL,
            StepStacks.UNCONDITIONAL);
    for (String role : roles) {
      ImagePlus stack = shown.get(role);
      assertNotNull(stack, role);
      assertEquals(role.equals(StepStacks.LATENTS) ? 5 : 4, stack.getNFrames(), role);
      assertEquals(1, stack.getCalibration().frameInterval, role);
      assertEquals("evaluation", stack.getCalibration().getTimeUnit(), role);
    }
  }

  @Test
  void theLastNoisyImageIsNearlyTheResultAndTheFirstIsNot() throws IOException {
    Results shown = VERBS.textToImage(REQUEST.withSteps(20), ALL, Progress.NONE);
    ImagePlus noisy = shown.get(StepStacks.NOISY);
    assertEquals("Noisy images by step", noisy.getTitle());
    ImagePlus predicted = shown.get(StepStacks.DECODED);
    assertTrue(distance(noisy, predicted, 20) < 0.2 * distance(noisy, predicted, 1));
  }

  private static double distance(ImagePlus a, ImagePlus b, int frame) {
    float[] x = (float[]) a.getStack().getProcessor(frame).convertToFloatProcessor().getPixels();
    float[] y = (float[]) b.getStack().getProcessor(frame).convertToFloatProcessor().getPixels();
    double sum = 0;
    for (int i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
    return sum;
  }

  @Test
  void theMontageEndsWithTheResult() throws IOException {
    Request request = REQUEST.withSteps(9).withScheduler("euler");
    Results shown = VERBS.textToImage(request, ALL, Progress.NONE);
    ImagePlus montage = shown.get(Insides.MONTAGE);
    assertEquals("Montage", montage.getTitle());
    assertEquals(ImagePlus.COLOR_RGB, montage.getType());
    int width = 40 * 6; // six times, to be 128 pixels high at least
    int height = 24 * 6;
    assertEquals(6 * (width + 2) - 2, montage.getWidth());
    ImagePlus images = shown.get(StepStacks.DECODED);
    for (int x = 0; x < 40; x++) {
      int found = montage.getProcessor().get(5 * (width + 2) + 6 * x, montage.getHeight() - height);
      assertEquals(images.getStack().getProcessor(9).get(x, 0) & 0xffffff, found & 0xffffff);
    }
  }
}
