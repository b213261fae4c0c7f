/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** Compares runs on a part of a picture with diffusers and with runs on the whole. */
class MaskedRunsTest {

  private static LatentDiffusion model;
  private static NDManager manager;
  private static Golden golden;
  private static NDArray picture;
  private static NDArray mask;

  @BeforeAll
  static void open() throws IOException {
    Path folder = Golden.root().resolve("models/sd1");
    model = ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE);
    manager = model.manager().newSubManager();
    golden = Golden.read(Golden.root().resolve("masked.safetensors"));
    Golden vae = Golden.read(folder.resolve("golden/vae.safetensors"));
    picture = vae.array("picture", manager).get(":, :, :64, :64");
    mask = golden.array("mask", manager);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Request request(String scheduler, int steps, double strength) {
    return Request.defaults()
        .withSteps(steps)
        .withStrength(strength)
        .withGuidance(3)
        .withScheduler(scheduler)
        .withSeed(11)
        .withPrompt("a photo of many bright green nuclei", "blurry, low contrast");
  }

  private static Start start(NDArray masked) {
    return new Start.FromPicture(picture, Optional.ofNullable(masked));
  }

  private static float[] latents(Request request, NDArray masked) {
    try (Run run = model.run(request, start(masked))) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  /** {@code src/test/python/masked.py} makes the goldens. */
  @ParameterizedTest
  @CsvSource({"ddim, 5, 0.6", "euler, 5, 0.6", "euler_k, 4, 0.75", "dpmpp_2m, 6, 0.5"})
  void runsOnAPartAgreeWithDiffusers(String scheduler, int steps, double strength)
      throws IOException {
    float[] found = latents(request(scheduler, steps, strength), mask);
    golden.assertNear(scheduler, golden.floats(scheduler + ".latents"), 1, found, 1e-3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1})
  void aMaskOfOnesChangesNoBit(double strength) {
    Request request = request("dpmpp_2m_k", 4, strength);
    assertArrayEquals(latents(request, null), latents(request, mask.onesLike()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1})
  void latentsThatMayNotChangeAreThePicturesToTheBit(double strength) {
    float[] known = model.encode(picture, manager).toFloatArray();
    float[] found = latents(request("euler", 4, strength), mask);
    float[] free = mask.toFloatArray();
    for (int i = 0; i < found.length; i++) {
      if (free[i % 64] == 0) {
        assertEquals(known[i], found[i], "at " + i);
      }
    }
  }

  @Test
  void everyEvaluationSeesTheSurroundingsAtItsOwnLevelOfNoise() {
    float[] known = model.encode(picture, manager).toFloatArray();
    float[] free = mask.toFloatArray();
    try (Run run = model.run(request("ddim", 5, 1), start(mask))) {
      for (Evaluated evaluated : run) {
        float[] x = evaluated.sample().toFloatArray();
        double alpha = evaluated.evaluation().level().alpha();
        double sigma = evaluated.evaluation().level().sigma();
        double variance = 0;
        int count = 0;
        for (int i = 0; i < x.length; i++) {
          if (free[i % 64] == 0) {
            double noise = (x[i] - alpha * known[i]) / sigma;
            variance += noise * noise;
            count++;
          }
        }
        assertEquals(1, variance / count, 0.25, evaluated.evaluation().toString());
      }
    }
  }

  @Test
  void aMaskOfAHalfChangesHalfAsFar() {
    float[] known = model.encode(picture, manager).toFloatArray();
    NDArray half = mask.onesLike().mul(0.5f);
    try (Run run = model.run(request("ddim", 10, 1), start(half))) {
      int free = 0;
      float[] before = null;
      for (Evaluated evaluated : run) {
        boolean kept =
            before != null && !java.util.Arrays.equals(before, evaluated.sample().toFloatArray());
        before = evaluated.next().toFloatArray();
        free += kept ? 0 : 1;
      }
      assertEquals(6, free, "the first, whose sample nothing came before, and the last five");
      assertEquals(known.length, run.latents().toFloatArray().length);
    }
  }
}
