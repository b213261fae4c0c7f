/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.random.Noise;

/** What Show Latent opens, with the tiny model sd1. */
class EncodingTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);

  private static final Request SD1 =
      Request.defaults().withModel("sd1").withHardware("float32", "cpu");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Results shown(ImagePlus input, Posterior which, String slices, boolean error)
      throws IOException {
    Encoding.Options options =
        new Encoding.Options(ChannelMapping.DISPLAY, which, 9, new Slices(slices, "same"), error);
    return VERBS.showLatent(input, options, SD1, Progress.NONE);
  }

  private static float[] channel(ImagePlus image, int index) {
    return (float[]) image.getStack().getPixels(index);
  }

  @Test
  void aSampleIsTheMeanAndTheDeviationTimesTheSeedsNoise() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 40, 24, 5);
    ImagePlus mean = shown(input, Posterior.MEAN, "current", false).get(Results.RESULT);
    ImagePlus sd = shown(input, Posterior.SD, "current", false).get(Results.RESULT);
    ImagePlus sample = shown(input, Posterior.SAMPLE, "current", false).get(Results.RESULT);
    assertEquals("Latents", mean.getTitle());
    assertEquals("Posterior SD", sd.getTitle());
    assertEquals("Latents", sample.getTitle());
    float[] z = Noise.of(9).randn(4 * 15);
    for (int c = 1; c <= 4; c++) {
      for (int i = 0; i < 15; i++) {
        float expected = channel(mean, c)[i] + channel(sd, c)[i] * z[(c - 1) * 15 + i];
        assertEquals(expected, channel(sample, c)[i], 1e-6);
      }
    }
    sd.setPosition(1, 1, 1);
    assertEquals(0, sd.getDisplayRangeMin());
    float most = 0;
    for (float value : channel(sd, 1)) most = Math.max(most, value);
    assertEquals(most, sd.getDisplayRangeMax(), 1e-6);
  }

  @Test
  void allSlicesAndFramesHaveTheirLatents() throws IOException {
    ImageStack slices = new ImageStack(16, 16);
    for (int i = 0; i < 6; i++) {
      slices.addSlice(TestImages.random("8-bit", 16, 16, 5 + i).getProcessor());
    }
    ImagePlus stack = new ImagePlus("s", slices);
    stack.setDimensions(1, 3, 2);
    ImagePlus all = shown(stack, Posterior.MEAN, "all", true).get(Results.RESULT);
    assertArrayEquals(new int[] {2, 2, 4, 3, 2}, all.getDimensions());
    stack.setPosition(1, 2, 2);
    ImagePlus one = shown(stack, Posterior.MEAN, "current", false).get(Results.RESULT);
    for (int c = 1; c <= 4; c++) {
      assertArrayEquals(channel(one, c), channel(all, all.getStackIndex(c, 2, 2)));
    }
    assertTrue(all.getStack().getSliceLabel(1).contains("slice 1, frame 1"));
    ImagePlus error = shown(stack, Posterior.MEAN, "all", true).get(Encoding.ERROR);
    assertArrayEquals(new int[] {16, 16, 1, 3, 2}, error.getDimensions());
  }

  @Test
  void theErrorIsTheDecodedImageLessTheImageInItsValues() throws IOException {
    ImagePlus input = TestImages.random("16-bit", 40, 24, 5);
    input.setDisplayRange(100, 900);
    Results results = shown(input, Posterior.SD, "current", true);
    ImagePlus error = results.get(Encoding.ERROR);
    assertEquals("Autoencoder error", error.getTitle());
    assertEquals(32, error.getBitDepth());
    ImagePlus latents = shown(input, Posterior.MEAN, "current", false).get(Results.RESULT);
    ImagePlus decoded = VERBS.withType(ResultType.FLOAT).decodeLatent(latents, SD1, Progress.NONE);
    double squares = 0;
    for (int i = 0; i < 960; i++) {
      float expected = channel(decoded, 1)[i] - input.getProcessor().get(i);
      assertEquals(expected, channel(error, 1)[i], 1e-2);
      squares += (double) expected * expected;
    }
    double rms = Math.sqrt(squares / 960);
    assertEquals(rms, error.getNumericProperty("errorRms"), 1e-3 * rms);
    double psnr = 20 * Math.log10(800 / rms);
    assertEquals(psnr, error.getNumericProperty("psnr"), 1e-2);
  }

  @Test
  void theErrorOfColoursHasThreeChannels() throws IOException {
    ImagePlus input = TestImages.random("RGB", 20, 12, 5);
    input.setRoi(2, 1, 16, 8);
    ImagePlus error = shown(input, Posterior.MEAN, "current", true).get(Encoding.ERROR);
    assertArrayEquals(new int[] {16, 8, 3, 1, 1}, error.getDimensions());
    assertEquals(-2, error.getCalibration().xOrigin);
  }

  @Test
  void anUnknownPosteriorIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Posterior.of("mode")).getMessage();
    assertTrue(message.contains("[mean, sd, sample]"), message);
  }
}
