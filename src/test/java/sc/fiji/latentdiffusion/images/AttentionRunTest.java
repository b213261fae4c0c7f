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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.inside.Insides;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.AttentionProbe.Pixel;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.views.Tiling;

/** The images of attention, with the tiny model sd1. */
class AttentionRunTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSize(40, 24)
          .withSteps(3)
          .withSeed(42)
          .withHardware("float32", "cpu")
          .withPrompt("bright nuclei", "blurred");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Stacks stacks(boolean words, Pixel point) {
    return Stacks.NONE.with(
        new Stacks.Further(false, false, false, words, false, Optional.ofNullable(point)));
  }

  private static float[] channel(ImagePlus image, int c, int z, int t) {
    return (float[]) image.getStack().getPixels(image.getStackIndex(c, z, t));
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) sum += value;
    return sum / values.length;
  }

  @Test
  void eachTokenIsAChannelAndEachEvaluationAFrame() throws IOException {
    Results shown = VERBS.textToImage(REQUEST, stacks(true, null), Progress.NONE);
    ImagePlus steps = shown.get(Insides.ATTENTION_STEPS);
    assertEquals("Attention by step", steps.getTitle());
    int tokens = steps.getNChannels();
    assertTrue(tokens >= 2, tokens + " tokens");
    assertArrayEquals(new int[] {5, 3, tokens, 1, 3}, steps.getDimensions());
    String label = steps.getStack().getSliceLabel(1);
    assertTrue(label.matches("\\S+, token 1, step 1/3, timestep .*, sigma .*"), label);
    assertEquals("evaluation", steps.getCalibration().getTimeUnit());
    ImagePlus all = shown.get(Insides.ATTENTION);
    assertEquals("Attention", all.getTitle());
    assertArrayEquals(new int[] {40, 24, tokens, 1, 1}, all.getDimensions());
    assertTrue(all.getStack().getSliceLabel(2).matches("\\S+, token 2"));
    double expected = 0;
    for (int t = 1; t <= 3; t++) expected += mean(channel(steps, 2, 1, t)) / 3;
    assertEquals(expected, mean(channel(all, 2, 1, 1)), 1e-6);
    all.setPosition(2, 1, 1);
    float most = 0;
    for (float value : channel(all, 2, 1, 1)) most = Math.max(most, value);
    assertEquals(0, all.getDisplayRangeMin());
    assertEquals(most, all.getDisplayRangeMax(), 1e-7);
  }

  @Test
  void theAttentionOfAPointIsOneOnAverage() throws IOException {
    Results shown = VERBS.textToImage(REQUEST, stacks(false, new Pixel(39, 23)), Progress.NONE);
    ImagePlus point = shown.get(Insides.POINT);
    assertEquals("Attention of a point", point.getTitle());
    assertArrayEquals(new int[] {5, 3, 1, 1, 3}, point.getDimensions());
    assertEquals(1, mean(channel(point, 1, 1, 3)), 0.15); // resized from coarser levels
  }

  /** The first of three is computed whole; frames and Info say so. */
  @Test
  void evaluationsWithAStepCacheShowTheAttentionOfTheLastWholeOne() throws IOException {
    Request eight = REQUEST.withSteps(8);
    Request cached = eight.withSampling(eight.sampling().withCache(new CacheOptions(3, 0, 1)));
    Results shown = VERBS.textToImage(cached, stacks(true, new Pixel(39, 23)), Progress.NONE);
    for (String kind : List.of(Insides.ATTENTION_STEPS, Insides.POINT)) {
      ImagePlus steps = shown.get(kind);
      assertEquals(8, steps.getNFrames());
      for (int t = 2; t <= 8; t++) {
        float[] before = channel(steps, 1, 1, t - 1);
        assertEquals(t % 3 != 1, Arrays.equals(before, channel(steps, 1, 1, t)), kind + t);
      }
    }
    String info = shown.all().get(0).getInfoProperty();
    assertTrue(info.contains("=cache=3, 3 of 8 evaluations whole\n"), info);
  }

  @Test
  void tilesThatHoldThePointAreAveragedAndOthersAreZero() throws IOException {
    Request tiled = REQUEST.withTiling(new Tiling(16, 0));
    Results shown = VERBS.textToImage(tiled, stacks(true, new Pixel(2, 2)), Progress.NONE);
    float[] point = channel(shown.get(Insides.POINT), 1, 1, 1);
    assertTrue(point[0] > 0);
    assertEquals(0, point[4]);
    assertEquals(0, point[14]);
    for (float value : channel(shown.get(Insides.ATTENTION_STEPS), 1, 1, 1)) assertTrue(value > 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 4})
  void allTokensOfABlockHaveOneTogether(double guidance) throws IOException {
    Request request = REQUEST.withGuidance(guidance);
    Results shown = VERBS.textToImage(request, stacks(true, null), Progress.NONE);
    ImagePlus steps = shown.get(Insides.ATTENTION_STEPS);
    double sum = 0;
    for (int c = 1; c <= steps.getNChannels(); c++) sum += mean(channel(steps, c, 1, 1));
    assertTrue(sum > 0 && sum < 1, "words have " + sum);
  }

  @Test
  void severalAnswersAreSlices() throws IOException {
    Results several =
        VERBS.answering(new Answers(3, 2)).textToImage(REQUEST, stacks(true, null), Progress.NONE);
    Results alone = VERBS.textToImage(REQUEST.withSeed(43), stacks(true, null), Progress.NONE);
    ImagePlus steps = several.get(Insides.ATTENTION_STEPS);
    assertEquals(3, steps.getNSlices());
    float[] expected = channel(alone.get(Insides.ATTENTION_STEPS), 1, 1, 2);
    assertArrayEquals(expected, channel(steps, 1, 2, 2), 1e-5f);
    String label = steps.getStack().getSliceLabel(steps.getStackIndex(1, 2, 2));
    assertTrue(label.matches("seed 43, \\S+, token 1, step 2/3, .*"), label);
  }

  @Test
  void theMapsOfASelectionLieWhereItLies() throws IOException {
    ImagePlus input = TestImages.random("16-bit", 45, 37, 5);
    input.setRoi(3, 2, 29, 21);
    Results shown =
        VERBS.imageToImage(
            input,
            REQUEST.withStrength(1),
            ImageToImageOptions.PLAIN,
            stacks(true, new Pixel(31, 22)),
            Progress.NONE);
    ImagePlus all = shown.get(Insides.ATTENTION);
    assertEquals("29x21", all.getWidth() + "x" + all.getHeight());
    assertEquals(-3, all.getCalibration().xOrigin);
    assertEquals(4, shown.get(Insides.POINT).getWidth());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    VERBS.imageToImage(
                        input,
                        REQUEST,
                        ImageToImageOptions.PLAIN,
                        stacks(false, new Pixel(32, 22)),
                        Progress.NONE))
            .getMessage();
    assertTrue(message.contains("x 3…31 and y 2…22, but is 32,22"), message);
  }

  @Test
  void aPromptWithoutWordsIsRefused() {
    Request empty = REQUEST.withPrompt("", "");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> VERBS.textToImage(empty, stacks(true, null), Progress.NONE))
            .getMessage();
    assertTrue(message.contains("Write a prompt"), message);
  }

  @Test
  void aPointIsTwoNumbersOrNone() {
    assertEquals(Optional.empty(), Stacks.Further.point(" "));
    assertEquals(Optional.of(new Pixel(64, 32)), Stacks.Further.point("64, 32"));
    assertThrows(IllegalArgumentException.class, () -> Stacks.Further.point("64"));
    assertThrows(IllegalArgumentException.class, () -> Stacks.Further.point("-1,2"));
  }
}
