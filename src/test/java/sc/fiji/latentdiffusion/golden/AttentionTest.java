/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusion;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusionXL;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;

/**
 * Compares attention with that of a processor in diffusers. {@code src/test/python/attention.py}
 * makes the goldens.
 */
class AttentionTest {

  private static final Evaluation EVALUATION =
      TestEvaluations.of(0, 0, 501, NoiseLevel.ofAlphaCumprod(0.2));

  private static final AttentionProbe.Wish WISH =
      new AttentionProbe.Wish(5, Optional.of(new AttentionProbe.Pixel(37, 20)));

  @PyTorch private NDManager manager;

  private static Golden golden() throws IOException {
    return Golden.read(Golden.root().resolve("attention.safetensors"));
  }

  private void agrees(Path file, Family family, String name, NDArray sample, Conditioning given)
      throws IOException {
    Golden golden = golden();
    try (LoadedModel networks = TestLoading.load(Model.open(file), family, manager)) {
      Conditioning told = given == null ? encoded(networks) : given;
      Denoiser.Session session = networks.denoiser().begin(told, manager);
      AttentionProbe probe = new AttentionProbe(WISH, 8);
      session.watch(probe);
      probe.begin(sample, 1);
      session.predict(sample, EVALUATION, List.of());
      golden.assertNear(name + ".words", 1, probe.words().orElseThrow(), 1e-5);
      golden.assertNear(name + ".point", 1, probe.point().orElseThrow(), 1e-4);
    }
  }

  private Conditioning encoded(LoadedModel networks) {
    Prompts prompts =
        Prompts.of(
            Prompt.plain("a photo of many bright green nuclei"),
            Prompt.plain("blurry, low contrast"));
    return networks.conditioner().encode(prompts, 24, 16, manager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2"})
  void attentionOfStableDiffusionAgrees(String name) throws IOException {
    NDArray sample = golden().array(name + ".sample", manager);
    NDArray states = golden().array(name + ".states", manager);
    Path folder = Golden.root().resolve("models").resolve(name);
    agrees(folder, new StableDiffusion(), name, sample, new Conditioning(states, null));
  }

  @Test
  void attentionOfStableDiffusionXLAgrees() throws IOException {
    Golden given = Golden.read(Golden.root().resolve("xl/base/golden/conditioning.safetensors"));
    NDArray sample = given.array("sample", manager);
    Path file = Golden.root().resolve("xl/base.safetensors");
    agrees(file, new StableDiffusionXL(), "xl", sample, null);
  }
}
