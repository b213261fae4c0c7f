/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.flux.Flux;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * FLUX.1, stage by stage and in whole runs, against diffusers; {@code src/test/python/flux.py}
 * makes models and goldens.
 */
class FluxTest {

  private static final Path FOLDER = TestResources.golden("flux");

  @TempDir Path temp;

  @PyTorch private NDManager manager;

  /** Puts a model together of its own parts and those that all have. */
  private Path folder(String name) throws IOException {
    Path model = temp.resolve(name);
    ModelCopies.into(model, FOLDER.resolve("shared"), FOLDER.resolve(name));
    return model;
  }

  private LatentDiffusion load(String name) throws IOException {
    return GoldenRuns.load(folder(name));
  }

  private static Golden golden(String name, String file) throws IOException {
    return Golden.read(FOLDER.resolve(name).resolve("golden").resolve(file + ".safetensors"));
  }

  private static List<JsonElement> json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonArray().asList();
  }

  private static List<String> prompts() throws IOException {
    return json(FOLDER.resolve("prompts.json")).stream().map(JsonElement::getAsString).toList();
  }

  private static Conditioning encoded(LatentDiffusion model, NDManager owner) throws IOException {
    Prompt first = Prompt.plain(prompts().get(0));
    Prompts both = Prompts.of(Prompt.plain(prompts().get(1)), first);
    return model.networks().conditioner().encode(both, 8, 8, owner);
  }

  @ParameterizedTest
  @CsvSource({"dev, 512", "schnell, 256", "three, 512"})
  void promptsAgreeWithDiffusers(String name, int tokens) throws IOException {
    Golden golden = golden(name, "stages");
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager()) {
      Conditioning encoded = encoded(model, owner);
      assertEquals(tokens, encoded.states().getShape().get(1));
      for (int i = 0; i < 2; i++) {
        NDArray states = encoded.states().get("{}:{}", i, i + 1);
        NDArray shown = states.get(":, :20").concat(states.get(":, -3:"), 1);
        golden.assertNear("states." + i, 1, shown, NetworkProofs.STAGE);
        NDArray pooled = encoded.added().get("{}:{}", i, i + 1);
        golden.assertNear("pooled." + i, 1, pooled, NetworkProofs.STAGE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "schnell", "three"})
  void theTransformerAgreesWithDiffusers(String name) throws IOException {
    Golden golden = golden(name, "stages");
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager()) {
      Conditioning encoded = encoded(model, owner).withGuidanceScale(3.5);
      Denoiser.Session session = model.networks().denoiser().begin(encoded, owner);
      NDArray sample = golden.array("sample", owner);
      for (String time : golden.ends("out.")) {
        Evaluation evaluation =
            TestEvaluations.of(0, 0, Double.parseDouble(time), new NoiseLevel(0.5, 0.5, 1));
        NDArray out = session.predict(sample, evaluation, List.of());
        golden.assertNear("out." + time, 1, out, NetworkProofs.STAGE);
      }
      assertEquals(2, golden.ends("out.").size());
    }
  }

  private static Request request(JsonObject row) throws IOException {
    GuidanceOptions guidance =
        GuidanceOptions.of(row.get("guidance").getAsDouble())
            .withTrueScale(row.get("truecfg").getAsDouble());
    return Request.defaults()
        .withPrompt(prompts().get(0), prompts().get(1))
        .withScheduler("euler")
        .withSteps(row.get("steps").getAsInt())
        .withStrength(row.get("strength").getAsDouble())
        .withGuidance(guidance)
        .withSize(row.get("width").getAsInt(), row.get("height").getAsInt())
        .withSeed(row.get("seed").getAsLong());
  }

  private static List<JsonObject> rows(String name) throws IOException {
    return json(FOLDER.resolve(name).resolve("golden/runs.json")).stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static Request some(String name, int index) throws IOException {
    return request(rows(name).get(index));
  }

  @TestFactory
  Stream<DynamicTest> runsAgreeWithDiffusers() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : List.of("dev", "schnell", "three")) {
      for (JsonObject row : rows(name)) {
        String title = name + " " + row.get("name").getAsString();
        tests.add(DynamicTest.dynamicTest(title, () -> agrees(name, row)));
      }
    }
    assertEquals(15, tests.size());
    return tests.stream();
  }

  private void agrees(String name, JsonObject row) throws IOException {
    Golden golden = golden(name, "runs");
    String run = row.get("name").getAsString();
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager();
        Run running = model.run(request(row), start(golden, row, owner))) {
      running.forEach(evaluated -> {});
      golden.assertNear(run + ".latents", 1, running.latents(), 1e-3);
      if (golden.has(run + ".picture")) {
        golden.assertWithinOne(run + ".picture", running.picture());
      }
    }
  }

  private static Start start(Golden golden, JsonObject row, NDManager owner) throws IOException {
    return row.get("strength").getAsDouble() == 1
        ? new Start.FromNoise()
        : new Start.FromPicture(golden.array("picture", owner), Optional.empty());
  }

  private static float[] latents(LatentDiffusion model, Request request) {
    try (Run run = model.textToImage(request)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "schnell"})
  void theFamilyTellsBeforeItIsLoadedHowItTakesGuidance(String name) throws IOException {
    try (LatentDiffusion model = load(name)) {
      assertEquals(
          model.networks().denoiser().takes().guidance(),
          Families.of(model.model()).guidance(model.model()));
    }
  }

  @Test
  void schnellTakesNoScaleOfGuidance() throws IOException {
    try (LatentDiffusion model = load("schnell")) {
      Request request = some("schnell", 0);
      float[] one = latents(model, request.withGuidance(1));
      assertArrayEquals(one, latents(model, request.withGuidance(7)));
    }
  }

  @Test
  void answersOfABatchEqualSingleOnes() throws IOException {
    try (LatentDiffusion model = load("three")) {
      Request request = some("three", 2);
      float[] both = latents(model, request.withSampling(request.sampling().withBatch(2)));
      for (int i = 0; i < 2; i++) {
        float[] alone = latents(model, request.answer(i));
        float[] part = Arrays.copyOfRange(both, i * alone.length, (i + 1) * alone.length);
        golden("three", "runs").assertNear("answer " + i, alone, 1, part, 1e-4);
      }
    }
  }

  @Test
  void viewsOfALargePictureRun() throws IOException {
    try (LatentDiffusion model = load("dev");
        Run run =
            model.textToImage(some("dev", 0).withSize(32, 16).withTiling(new Tiling(16, 8)))) {
      run.forEach(evaluated -> {});
      assertEquals(3, run.views().size());
      assertEquals(16 * 16 * 8, run.latents().toFloatArray().length);
    }
  }

  @Test
  void aNegativePromptWithoutTrueScaleIsNotedAndAListOrFormulaRefused() throws IOException {
    try (LatentDiffusion model = load("dev")) {
      Request request = some("dev", 0);
      try (Run run = model.textToImage(request)) {
        assertTrue(
            run.warnings().stream().anyMatch(note -> note.contains("truecfg above 1")),
            run.warnings()::toString);
        assertFalse(run.request().guidance().isOn());
      }
      for (GuidanceOptions wrong :
          List.of(
              new GuidanceOptions(List.of(3.0, 2.0, 1.0, 1.0), 0, 1, Guide.CFG, 0),
              new GuidanceOptions(List.of(3.0), 0, 1, new Guide.ZeroStar(-1), 0))) {
        Request asked = request.withGuidance(wrong);
        var e = assertThrows(IllegalArgumentException.class, () -> model.textToImage(asked));
        assertTrue(e.getMessage().contains("one half"), e::getMessage);
      }
    }
  }

  @Test
  void sizesThatNoPatchFitsAreRefusedWithTheNearest() throws IOException {
    try (LatentDiffusion model = load("dev")) {
      Request request = some("dev", 0).withSize(12, 18);
      var e = assertThrows(IllegalArgumentException.class, () -> model.textToImage(request));
      assertTrue(e.getMessage().contains("multiple of 4"), e::getMessage);
      assertTrue(e.getMessage().contains("20"), e::getMessage);
    }
  }

  @Test
  void theDeclarationTellsItsLatents() throws IOException {
    Model model = Model.open(folder("schnell"));
    Declaration declaration = Families.declare(model);
    assertEquals("FLUX.1 dev and schnell", declaration.label());
    assertEquals(16, declaration.latents().channels());
    assertEquals(4, declaration.latents().pixelMultiple());
    assertEquals(14, declaration.conditioningWidth());
    assertEquals(2, Families.of(model).tokenizers(model).size());
  }

  @Test
  void anEncoderOfAnotherWidthIsRefusedWithBothNumbers() throws IOException {
    Path folder = folder("dev");
    ModelCopies.into(folder.resolve("text_encoder"), TestResources.SD1.resolve("text_encoder"));
    var e = assertThrows(IOException.class, () -> GoldenRuns.load(folder));
    assertTrue(e.getMessage().contains("takes 8 numbers for a whole prompt"), e::getMessage);
    assertTrue(e.getMessage().contains("gives 24"), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "transformer/config.json, patch_size, 2",
    "transformer/config.json, out_channels, 16",
    "transformer/config.json, axes_dims_rope, '[3, 2, 1]'",
    "model_index.json, _class_name, '\"FluxKontextPipeline\"'"
  })
  void settingsThatAreNotSupportedAreRefusedByName(String name, String key, String value)
      throws IOException {
    Path file = folder("dev").resolve(name);
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.add(key, JsonParser.parseString(value));
    Files.writeString(file, config.toString());
    var e = assertThrows(IOException.class, () -> load(temp));
    String shown = key.equals("_class_name") ? "FluxKontextPipeline" : key;
    assertTrue(e.getMessage().contains(shown.equals("out_channels") ? "in_channels" : shown));
  }

  private void load(Path folder) throws IOException {
    Model model = Model.open(folder.resolve("dev"));
    Families.declare(Families.of(model), model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text_encoder", "text_encoder_2", "vae", "tokenizer_2"})
  void aMissingPartIsNamed(String part) throws IOException {
    Path folder = folder("dev");
    try (Stream<Path> files = Files.list(folder.resolve(part))) {
      for (Path file : files.toList()) Files.delete(file);
    }
    Files.delete(folder.resolve(part));
    var e = assertThrows(IOException.class, () -> Model.open(folder));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  /**
   * Queries, keys and values are one layer in kohya's and the publishers' naming, with the hidden
   * layer behind them in blocks of one. {@code flux_lora.py} makes all three.
   */
  @ParameterizedTest
  @ValueSource(strings = {"diffusers", "kohya", "original"})
  void lorasInAllNamingsAgreeWithDiffusers(String naming) throws IOException {
    Path file = FOLDER.resolve("lora/" + naming + ".safetensors");
    Golden golden = Golden.read(FOLDER.resolve("lora/golden.safetensors"));
    Lora lora = new Lora(LoraFile.open(file), 0.75);
    try (LoadedModel model =
        TestLoading.load(Model.open(folder("dev")), new Flux(), manager, lora)) {
      NDArray states = golden.array("states", manager);
      Conditioning given =
          new Conditioning(states, golden.array("pooled", manager)).withGuidanceScale(3.5);
      Evaluation at = TestEvaluations.of(0, 0, 500, new NoiseLevel(0.5, 0.5, 1));
      NDArray sample = golden.array("sample", manager);
      NDArray out = model.denoiser().begin(given, manager).predict(sample, at, List.of());
      golden.assertNear("out", 1, out, NetworkProofs.STAGE);
    }
  }
}
