/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.LoadedModels;

/** The built-in model; its training's own evaluation measures more of it, with a classifier. */
class BuiltInModelTest {

  private static final Path NO_FOLDER = Path.of("no-such-folder");
  private static LoadedModels models;

  @BeforeAll
  static void open() {
    models = new LoadedModels();
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @Test
  void allWeightsAreAtMostTwelveMegabytes() throws IOException {
    Model model = Model.find("", null);
    long bytes = 0;
    for (String component : List.of("unet", "vae", "text_encoder")) {
      Stream<StoredTensor> tensors = model.tensors(component).values().stream();
      bytes += tensors.mapToLong(StoredTensor::byteCount).sum();
    }
    assertTrue(bytes > 1_000_000 && bytes <= 12_000_000, bytes + " bytes");
  }

  @Test
  void itMakesPicturesOf128PixelsFromLatentsAnEighthOfThat() throws IOException {
    assertEquals(128, model().nativeSize());
    assertEquals(8, model().factor());
    assertEquals(4, model().latentChannels());
  }

  @Test
  void aSecondRunFindsTheModelLoaded() throws IOException {
    assertSame(model(), model());
  }

  @ParameterizedTest
  @CsvSource({
    "red, 1, 0, 0", "green, 0, 1, 0", "blue, 0, 0, 1",
    "cyan, 0, 1, 1", "magenta, 1, 0, 1", "yellow, 1, 1, 0"
  })
  void theColourOfTheWordsIsTheColourOfThePicture(String colour, int red, int green, int blue)
      throws IOException {
    double[] seen = new double[3];
    for (long seed = 1; seed <= 2; seed++) {
      add(seen, channels("many large " + colour + " nuclei on a dark background", seed));
    }
    int[] said = {red, green, blue};
    for (int lit = 0; lit < 3; lit++) {
      for (int unlit = 0; unlit < 3; unlit++) {
        if (said[lit] == 1 && said[unlit] == 0) {
          assertTrue(
              seen[lit] > 1.5 * seen[unlit],
              colour + " gives " + List.of(seen[0], seen[1], seen[2]));
        }
      }
    }
  }

  @Test
  void theBackgroundIsThatOfThePrompt() throws IOException {
    double dark = brightness("several green nuclei on a dark background");
    double gray = brightness("several green nuclei on a gray background");
    double bright = brightness("several green nuclei on a bright background");
    assertTrue(dark < gray && gray < bright, dark + " " + gray + " " + bright);
  }

  private static LatentDiffusion model() throws IOException {
    return models.get("", NO_FOLDER, "float32", "cpu");
  }

  private static double brightness(String prompt) throws IOException {
    double[] means = channels(prompt, 3);
    return means[0] + means[1] + means[2];
  }

  /** Returns the means of red, green and blue, 0…1. */
  private static double[] channels(String prompt, long seed) throws IOException {
    Request request = Request.defaults().withPrompt(prompt, "").withSeed(seed).withSteps(8);
    try (Run run = model().textToImage(request)) {
      run.forEach(evaluated -> {});
      NDArray latents = run.latents();
      return means(model().decode(latents, latents.getManager()).toFloatArray());
    }
  }

  private static double[] means(float[] picture) {
    double[] means = new double[3];
    int size = picture.length / 3;
    for (int i = 0; i < picture.length; i++) {
      means[i / size] += Math.min(Math.max(picture[i] / 2 + 0.5, 0), 1) / size;
    }
    return means;
  }

  private static void add(double[] sum, double[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
  }
}
