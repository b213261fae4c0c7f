/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.probes.NoiseProbe;

/**
 * Compares the errors of predicted noise with those of diffusers' U-Nets. {@code
 * src/test/python/probe.py} makes the goldens: sd1 predicts the noise, sd2 the velocity.
 */
class NoiseProbeTest {

  private static final List<String> PROMPTS =
      List.of("a photo of many bright green nuclei", "red cells", "a cell");
  private static final NoiseProbe.Options OPTIONS = new NoiseProbe.Options(3, 2, 5);

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2"})
  void errorsAgreeWithDiffusersAtEachPlaceLevelAndTrial(String name) throws IOException {
    Golden latents = Golden.read(Golden.root().resolve("invert.safetensors"));
    Golden golden = Golden.read(Golden.root().resolve("probe.safetensors"));
    float[] expected = golden.floats(name + ".errors");
    float[] found = new float[expected.length];
    try (LatentDiffusion model =
            ModelLoader.load(
                ModelFolder.open(Golden.root().resolve("models").resolve(name)),
                "float32",
                Golden.DEVICE);
        NDManager memory = model.manager().newSubManager()) {
      NDArray x0 = latents.array(name + ".latents", memory);
      Request request = Request.defaults().withSize(64, 64);
      NoiseProbe probe =
          new NoiseProbe(model, request, OPTIONS, PROMPTS, x0, LoadedAddOns.NONE, memory);
      assertEquals(166, probe.levels().get(0).timestep());
      int at = 0;
      while (probe.hasNext()) {
        for (float[] trial : probe.next().squared()) {
          System.arraycopy(trial, 0, found, at, trial.length);
          at += trial.length;
        }
      }
      assertEquals(expected.length, at);
    }
    golden.assertNear(name + ".errors", expected, 1, found, 1e-4);
  }
}
