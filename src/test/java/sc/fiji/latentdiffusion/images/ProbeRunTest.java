/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.StoppingProgress;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.probe.ProbeOptions;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.probes.NoiseProbe;
import sc.fiji.latentdiffusion.progress.Progress;

/** The noise that the tiny model sd1 expects in images. */
class ProbeRunTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);
  private static final Request REQUEST =
      Request.defaults().withModel("sd1").withHardware("float32", "cpu");
  private static final List<String> PROMPTS = List.of("a cell", "red nuclei", "a photo");

  private static final Request SD1 =
      Request.defaults().withModel("sd1").withHardware("float32", "cpu");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ProbeOptions options(boolean maps) {
    NoiseProbe.Options noise = new NoiseProbe.Options(2, 3, 7);
    return new ProbeOptions(noise, PROMPTS, maps, ChannelMapping.DISPLAY);
  }

  private static Results probed(ImagePlus input) throws IOException {
    return VERBS.probeNoise(input, REQUEST, options(true), Progress.NONE);
  }

  private static float[] map(ImagePlus errors, int prompt, int level) {
    return (float[]) errors.getStack().getPixels(errors.getStackIndex(prompt, 1, level));
  }

  private static double mean(float[] values) {
    double sum = 0;
    int count = 0;
    for (float value : values) {
      if (Float.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  }

  @Test
  void mapsAndTablesTellTheSameErrors() throws IOException {
    ImagePlus input = TestImages.random("16-bit", 45, 37, 5);
    input.setRoi(3, 2, 30, 24);
    Results results = probed(input);
    ImagePlus errors = results.get(Results.RESULT);
    assertEquals("Noise error", errors.getTitle());
    assertArrayEquals(new int[] {4, 3, 3, 1, 2}, errors.getDimensions());
    assertEquals("red nuclei, timestep 250, sigma", label(errors, 2, 1).substring(0, 31));
    assertEquals("-0.375", String.valueOf(errors.getCalibration().xOrigin));
    assertEquals(List.of("Prompts", "Errors by timestep"), List.copyOf(results.tables().keySet()));
    ResultsTable levels = results.tables().get("Errors by timestep");
    assertEquals(250, levels.getValue("timestep", 0));
    for (int p = 1; p <= 3; p++) {
      for (int k = 1; k <= 2; k++) {
        double told = levels.getValue(PROMPTS.get(p - 1), k - 1);
        assertEquals(mean(map(errors, p, k)), told, 1e-6);
      }
    }
    ResultsTable prompts = results.table();
    assertEquals(prompts.getStringValue("prompt", 0), errors.getStringProperty("bestPrompt"));
    double sum = 0;
    for (int row = 0; row < 3; row++) {
      String prompt = prompts.getStringValue("prompt", row);
      double error = (levels.getValue(prompt, 0) + levels.getValue(prompt, 1)) / 2;
      assertEquals(error, prompts.getValue("error", row), 1e-6);
      assertTrue(row == 0 || prompts.getValue("error", row - 1) <= error);
      sum += prompts.getValue("probability", row);
    }
    assertEquals(1, sum, 1e-9);
  }

  private static String label(ImagePlus image, int channel, int frame) {
    return image.getStack().getSliceLabel(image.getStackIndex(channel, 1, frame));
  }

  @Test
  void latentsAreProbedAsThePictureOfWhichTheyAreAndEqualSeedsGiveEqualBits() throws IOException {
    ImagePlus input = TestImages.random("RGB", 32, 24, 5);
    ImagePlus latents = VERBS.showLatent(input, ChannelMapping.DISPLAY, SD1, Progress.NONE);
    ImagePlus ofPicture = probed(input).get(Results.RESULT);
    ImagePlus ofLatents = probed(latents).get(Results.RESULT);
    assertArrayEquals(map(ofPicture, 3, 2), map(ofLatents, 3, 2));
  }

  @Test
  void ofARoundSelectionOnlyTheCellsUnderItCount() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 64, 64, 5);
    ImagePlus whole = probed(input).get(Results.RESULT);
    input.setRoi(new OvalRoi(0, 0, 64, 64));
    Results results = probed(input);
    float[] round = map(results.get(Results.RESULT), 1, 1);
    float[] square = map(whole, 1, 1);
    assertTrue(Float.isNaN(round[0]), "the corner");
    for (int i = 0; i < round.length; i++) {
      if (!Float.isNaN(round[i])) assertEquals(square[i], round[i]);
    }
    double told = results.tables().get("Errors by timestep").getValue("a cell", 0);
    assertEquals(mean(round), told, 1e-6);
    assertTrue(results.get(Results.RESULT).getDisplayRangeMax() > 0);
  }

  @Test
  void withoutMapsThereAreTheTablesAlone() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 16, 16, 5);
    Results results = VERBS.probeNoise(input, REQUEST, options(false), Progress.NONE);
    assertNull(results.get(Results.RESULT));
    assertEquals(2, results.tables().size());
  }

  @Test
  void timeIsKnownBeforehandAfterAFirstProbe() throws IOException {
    LoadedModels loaded = new LoadedModels();
    try (loaded) {
      Estimates estimates = new Estimates(loaded, () -> TestResources.MODELS);
      ImagePlus input = TestImages.random("8-bit", 32, 32, 5);
      assertTrue(Double.isNaN(estimates.probeNoise(input, REQUEST, options(true)).seconds()));
      new ImageDiffusion(loaded, () -> TestResources.MODELS)
          .probeNoise(input, REQUEST, options(false), Progress.NONE);
      double seconds = estimates.probeNoise(input, REQUEST, options(true)).seconds();
      assertTrue(seconds > 0 && seconds < 60, seconds + " s");
    }
  }

  @Test
  void aProbeThatIsStoppedLeavesNothing() {
    ImagePlus input = TestImages.random("8-bit", 16, 16, 5);
    StoppingProgress progress = new StoppingProgress("Level 2 of 2, prompt 2 of 3");
    String message =
        assertThrows(
                CancellationException.class,
                () -> VERBS.probeNoise(input, REQUEST, options(true), progress))
            .getMessage();
    assertEquals("Canceled after 4 of 6 predictions.", message);
  }

  @Test
  void aModelWithoutWordsIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    VERBS.probeNoise(
                        TestImages.random("8-bit", 16, 16, 5),
                        REQUEST.withModel(
                            TestResources.golden("unet2d_models/grey").toAbsolutePath().toString()),
                        options(true),
                        Progress.NONE))
            .getMessage();
    assertTrue(message.contains("takes words alone"), message);
  }
}
