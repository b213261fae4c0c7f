/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.stablediffusion3.StableDiffusion3;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;

/**
 * Compares Stable Diffusion 3 and 3.5 with diffusers' pipelines, from folders and from a single
 * file. {@code src/test/python/sd3.py} makes the models and goldens.
 */
class StableDiffusion3Test {

  @TempDir Path temp;

  @PyTorch private NDManager manager;

  private static Path folder(String name) {
    return Golden.root().resolve("sd3").resolve(name);
  }

  /** A single file's settings lie beside it. */
  private Path whole(String name) throws IOException {
    Path model = temp.resolve(name);
    ModelCopies.into(model, folder("shared"), folder(name));
    Path file = folder(name + ".safetensors");
    if (!Files.exists(file)) return model;
    return Files.copy(file, temp.resolve(name + ".safetensors"));
  }

  private LoadedModel load(Path model, Lora... loras) throws IOException {
    return TestLoading.load(Model.open(model), new StableDiffusion3(), manager, loras);
  }

  private static Golden golden(String name, String stage) throws IOException {
    return Golden.read(folder(name).resolve("golden/" + stage + ".safetensors"));
  }

  private Conditioning encode(LoadedModel model, int clipSkip) {
    Prompt prompt = new Prompt(GoldenRuns.PROMPT, false, clipSkip);
    Prompt negative = new Prompt(GoldenRuns.NEGATIVE, false, clipSkip);
    return model.conditioner().encode(Prompts.of(prompt, negative), 24, 16, manager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"medium", "dual", "large"})
  void conditioningAndTransformerAgreeWithDiffusers(String name) throws IOException {
    Golden golden = golden(name, "conditioning");
    try (LoadedModel model = load(whole(name))) {
      Conditioning given = encode(model, 1);
      assertNear(golden, "given", given);
      if (golden.has("skipped.states")) assertNear(golden, "skipped", encode(model, 2));
      NDArray sample = golden.array("sample", manager);
      golden.assertNear("out.501.5", 1, predicted(model, sample, given), NetworkProofs.STAGE);
    }
  }

  private NDArray predicted(LoadedModel model, NDArray sample, Conditioning given) {
    Evaluation at = TestEvaluations.of(0, 0, 501.5, new NoiseLevel(0.5, 0.5, 1));
    return model.denoiser().begin(given, manager).predict(sample, at, List.of());
  }

  /** Queries, keys and values are one layer in kohya's naming. {@code sd3_lora.py} makes both. */
  @ParameterizedTest
  @ValueSource(strings = {"diffusers", "kohya"})
  void lorasInBothNamingsAgreeWithDiffusers(String naming) throws IOException {
    Path file = folder("lora").resolve(naming + ".safetensors");
    Golden inputs = golden("dual", "conditioning");
    Golden golden = Golden.read(folder("lora").resolve("golden.safetensors"));
    try (LoadedModel model = load(whole("dual"), new Lora(LoraFile.open(file), 0.75))) {
      NDArray states = inputs.array("given.states", manager);
      Conditioning given = new Conditioning(states, inputs.array("given.pooled", manager));
      NDArray sample = inputs.array("sample", manager);
      golden.assertNear("out", 1, predicted(model, sample, given), NetworkProofs.STAGE);
    }
  }

  /** CLIP's tokens are 16 here, T5's 256; of all the first 40 and the last 3 are stored. */
  private static void assertNear(Golden golden, String name, Conditioning found)
      throws IOException {
    NDArray states = found.states();
    assertEquals(16 + 256, states.getShape().get(1));
    NDArray stored = states.get(":, :40").concat(states.get(":, -3:"), 1);
    golden.assertNear(name + ".states", 1, stored, NetworkProofs.STAGE);
    golden.assertNear(name + ".pooled", 1, found.added(), NetworkProofs.STAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"medium", "dual", "large"})
  void wholeRunsAgreeWithDiffusers(String name) throws IOException {
    Golden runs = golden(name, "runs");
    Golden picture = golden("shared", "vae");
    try (LatentDiffusion model = GoldenRuns.load(whole(name))) {
      Stream<Executable> proofs =
          GoldenRuns.rows(folder(name), "runs.json").stream()
              .map((JsonObject row) -> () -> GoldenRuns.prove(model, row, runs, picture));
      assertAll(name, proofs);
    }
  }
}
