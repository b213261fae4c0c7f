/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.random.Noise;

/**
 * Compares inversion with diffusers' {@code DDIMInverseScheduler}, and the autoencoder's posterior
 * with diffusers'. {@code src/test/python/invert.py} makes the goldens.
 */
class InvertTest {

  private static LatentDiffusion model(Path folder) throws IOException {
    return ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE);
  }

  private static Golden golden() throws IOException {
    return Golden.read(Golden.root().resolve("invert.safetensors"));
  }

  private static void agrees(LatentDiffusion model, String from, String to, double guidance)
      throws IOException {
    Request request =
        Request.defaults()
            .withSteps(7)
            .withGuidance(guidance)
            .withScheduler("ddim")
            .withPrompt("a photo of many bright green nuclei", "");
    try (NDManager memory = model.manager().newSubManager()) {
      NDArray latents = golden().array(from, memory);
      try (Run run = model.run(request, new Start.Inversion(latents))) {
        run.forEach(evaluated -> {});
        golden().assertNear(to, golden().floats(to), 1, run.latents().toFloatArray(), 1e-3);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sd1, inverted, 1", "sd1, guided, 2.5", "sd2, inverted, 1", "sd2, guided, 2.5"})
  void wholeLoopsAgreeWithDiffusers(String name, String to, double guidance) throws IOException {
    try (LatentDiffusion model = model(Golden.root().resolve("models").resolve(name))) {
      agrees(model, name + ".latents", name + "." + to, guidance);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trailing | \"timestep_spacing\": \"trailing\"",
        "clipped | \"clip_sample\": true, \"clip_sample_range\": 0.3"
      })
  void soDoModelsOfOtherSettings(String to, String setting, @TempDir Path copy) throws IOException {
    ModelCopies.into(copy, Golden.root().resolve("models/sd1"));
    Path config = copy.resolve("scheduler/scheduler_config.json");
    String text = Files.readString(config).replaceFirst("\"clip_sample\": false,", "");
    Files.writeString(config, text.replaceFirst("\\{", "{ " + setting + ","));
    try (LatentDiffusion model = model(copy)) {
      agrees(model, "sd1.latents", "sd1." + to, 1);
    }
  }

  @Test
  void thePosteriorAgreesWithDiffusers() throws IOException {
    Path folder = Golden.root().resolve("models/sd1");
    try (LatentDiffusion model = model(folder)) {
      NDManager memory = model.manager().newSubManager();
      Golden vae = Golden.read(folder.resolve("golden/vae.safetensors"));
      NDArray picture = vae.array("picture", memory).get(":, :, :64, :64");
      NDArray deviation = model.deviation(picture, memory);
      float[] found = deviation.toFloatArray();
      golden().assertNear("posterior.sd", golden().floats("posterior.sd"), 1, found, 1e-4);
      float[] z = Noise.of(7).randn(found.length);
      float[] mean = model.encode(picture, memory).toFloatArray();
      float[] sample = new float[z.length];
      for (int i = 0; i < z.length; i++) sample[i] = mean[i] + found[i] * z[i];
      golden().assertNear("posterior.sample", golden().floats("posterior.sample"), 1, sample, 1e-4);
    }
  }
}
