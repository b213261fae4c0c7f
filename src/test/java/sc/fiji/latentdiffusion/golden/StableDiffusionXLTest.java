/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusion;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusionXL;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/**
 * Compares Stable Diffusion XL from a single file, and its refiner from a folder, with diffusers'
 * pipelines. {@code src/test/python/xl.py} makes the models and goldens.
 */
class StableDiffusionXLTest {

  private static final String PROMPT = "a photo of many bright green nuclei";

  @PyTorch private NDManager manager;

  private static Path path(String name) {
    return Golden.root().resolve("xl").resolve(name);
  }

  private static Golden golden(String folder, String stage) throws IOException {
    return Golden.read(path(folder).resolve("golden/" + stage + ".safetensors"));
  }

  @ParameterizedTest
  @CsvSource({"base.safetensors, base", "refiner, refiner"})
  void conditioningAndUnetAgreeWithDiffusers(String file, String folder) throws IOException {
    Golden golden = golden(folder, "conditioning");
    try (LoadedModel networks = load(Model.open(path(file)), manager)) {
      Conditioning given = encode(networks, "blurry, low contrast", manager);
      assertNear(golden, "given", given);
      assertNear(golden, "empty", encode(networks, "", manager));
      NDArray sample = golden.array("sample", manager);
      NDArray out = TestLoading.unet(networks).use(unet -> unet.forward(sample, 501, given));
      golden.assertNear("out.501", 1, out, 1e-4);
    }
  }

  private static LoadedModel load(Model model, NDManager manager, Lora... loras)
      throws IOException {
    return TestLoading.load(model, new StableDiffusionXL(), manager, loras);
  }

  private static Conditioning encode(LoadedModel networks, String negative, NDManager manager) {
    Prompts prompts = Prompts.of(Prompt.plain(PROMPT), Prompt.plain(negative));
    return networks.conditioner().encode(prompts, 24, 16, manager);
  }

  private static void assertNear(Golden golden, String name, Conditioning found)
      throws IOException {
    golden.assertNear(name + ".states", 1, found.states(), 1e-4);
    golden.assertNear(name + ".pooled", 1, found.added().get(":, :8"), 1e-4);
  }

  /** {@code src/test/python/prompts_xl.py} makes the goldens. */
  @ParameterizedTest
  @CsvSource({
    "refiner, refiner, clipskip, a photo of many bright green nuclei, 2",
    "base.safetensors, base, weighted, many (large:1.5) nuclei BREAK [noise], 1"
  })
  void skippedLayersAndWeightsAreThoseOfEachTextEncoder(
      String file, String folder, String name, String text, int clipSkip) throws IOException {
    try (LoadedModel networks = load(Model.open(path(file)), manager)) {
      Prompt prompt = new Prompt(text, true, clipSkip);
      Conditioning found = networks.conditioner().encode(Prompts.of(prompt), 24, 16, manager);
      assertNear(golden(folder, "prompts"), name, found);
    }
  }

  private static LoadedModel withLora(Path lora, NDManager manager) throws IOException {
    return load(Model.open(path("base.safetensors")), manager, new Lora(LoraFile.open(lora), 0.75));
  }

  /**
   * The LoRA has the names of kohya's scripts: layers of the original U-Net and two text encoders.
   */
  @Test
  void lorasOfTheUnetAndBothTextEncodersAgreeWithDiffusers() throws IOException {
    Path lora = Golden.root().resolve("lora");
    Golden golden = Golden.read(lora.resolve("xl-golden.safetensors"));
    try (LoadedModel networks = withLora(lora.resolve("xl.safetensors"), manager)) {
      Conditioning given = encode(networks, "blurry, low contrast", manager);
      assertNear(golden, "given", given);
      NDArray sample = golden("base", "conditioning").array("sample", manager);
      NDArray out = TestLoading.unet(networks).use(unet -> unet.forward(sample, 501, given));
      golden.assertNear("out.501", 1, out, 1e-4);
    }
  }

  /** A single file holds OpenCLIP's projection, which is transposed. */
  @Test
  void aLoraOfTheProjectionAgreesWithItsSum() throws IOException {
    Path lora = Golden.root().resolve("lora");
    Golden golden = Golden.read(lora.resolve("xl-projection-golden.safetensors"));
    try (LoadedModel networks = withLora(lora.resolve("xl-projection.safetensors"), manager)) {
      Conditioning given = encode(networks, "blurry, low contrast", manager);
      golden.assertNear("given.pooled", 1, given.added().get(":, :8"), 1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({"base.safetensors, base", "refiner, refiner"})
  void wholeRunsAgreeWithDiffusers(String file, String folder) throws IOException {
    Golden runs = golden(folder, "runs");
    Golden picture = golden(folder, "vae");
    try (LatentDiffusion model = load(file)) {
      Stream<Executable> proofs =
          GoldenRuns.rows(path(folder), "runs.json").stream()
              .map((JsonObject row) -> () -> GoldenRuns.prove(model, row, runs, picture));
      assertAll(folder, proofs);
    }
  }

  @Test
  void refinerGoesOnWhereTheBaseStopped() throws IOException {
    Request request =
        GoldenRuns.request(GoldenRuns.rows(path("refiner"), "handed-over.json").get(0));
    try (LatentDiffusion base = load("base.safetensors");
        LatentDiffusion refiner = load("refiner");
        Run first = base.textToImage(request)) {
      Iterator<Evaluated> steps = first.iterator();
      for (int step = 0; step < 3; step++) steps.next();
      StepRange range = new StepRange(3, -1, false);
      Start begun = new Start.FromLatents(first.latents(), range, Optional.empty());
      try (Run rest = refiner.run(request, begun)) {
        rest.forEach(evaluated -> {});
        golden("refiner", "runs").assertNear("handed-over.latents", 1, rest.latents(), 1e-3);
      }
    }
  }

  private static LatentDiffusion load(String name) throws IOException {
    return ModelLoader.load(Model.open(path(name)), "float32", Golden.DEVICE);
  }

  @Test
  void familiesAreToldApartByTheirTextEncoders() throws IOException {
    Model xl = Model.open(path("base.safetensors"));
    Model sd = Model.open(Golden.root().resolve("models/sd1"));
    assertEquals(true, new StableDiffusionXL().fits(xl));
    assertEquals(false, new StableDiffusionXL().fits(sd));
    assertEquals(false, new StableDiffusion().fits(xl));
    assertEquals(true, new StableDiffusion().fits(sd));
    assertNull(xl.index().text("_class_name", null));
  }
}
