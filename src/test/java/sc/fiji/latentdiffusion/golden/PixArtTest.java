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
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * PixArt-Σ and PixArt-α, stage by stage and in whole runs, against diffusers; {@code
 * src/test/python/pixart.py} makes models and goldens.
 */
class PixArtTest {

  private static final Path FOLDER = TestResources.golden("pixart");

  @TempDir Path temp;

  private static LatentDiffusion load(String name) throws IOException {
    return GoldenRuns.load(FOLDER.resolve(name));
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

  private static Conditioning encoded(LatentDiffusion model, int first, int second, NDManager owner)
      throws IOException {
    List<String> texts = prompts();
    Prompt prompt = Prompt.plain(texts.get(second));
    Prompts both = Prompts.of(prompt, Prompt.plain(texts.get(first)));
    return model.networks().conditioner().encode(both, 12, 8, owner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sigma", "alpha", "narrow"})
  void statesOfPromptsAgreeWithDiffusers(String name) throws IOException {
    Golden golden = golden(name, "stages");
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager()) {
      for (int[] pair : new int[][] {{0, 2}, {1, 0}}) {
        Conditioning encoded = encoded(model, pair[0], pair[1], owner);
        for (int i = 0; i < 2; i++) {
          NDArray states = encoded.states().get("{}:{}, :{}", i, i + 1, encoded.lengths().get(i));
          golden.assertNear("states." + pair[i], 1, states, NetworkProofs.STAGE);
        }
      }
    }
  }

  /** Prompts of several lengths in one batch. */
  @ParameterizedTest
  @ValueSource(strings = {"sigma", "alpha", "narrow"})
  void theTransformerAgreesWithDiffusers(String name) throws IOException {
    Golden golden = golden(name, "stages");
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager()) {
      Conditioning encoded = encoded(model, 1, 2, owner);
      Denoiser.Session session = model.networks().denoiser().begin(encoded, owner);
      NDArray sample = golden.array("sample", owner);
      for (String time : golden.ends("out.")) {
        Evaluation evaluation =
            TestEvaluations.of(0, 0, Double.parseDouble(time), new NoiseLevel(0.5, 0.5, 1));
        NDArray out = session.predict(sample, evaluation, List.of());
        golden.assertNear("out." + time, 1, out, NetworkProofs.STAGE);
      }
      assertEquals(3, golden.ends("out.").size());
    }
  }

  private static Request request(JsonObject row) throws IOException {
    List<String> texts = prompts();
    return Request.defaults()
        .withPrompt(texts.get(row.get("prompt").getAsInt()), texts.get(1))
        .withScheduler("dpmpp_2m")
        .withSteps(row.get("steps").getAsInt())
        .withStrength(row.get("strength").getAsDouble())
        .withGuidance(row.get("guidance").getAsDouble())
        .withSize(row.get("width").getAsInt(), row.get("height").getAsInt())
        .withSeed(row.get("seed").getAsLong());
  }

  private static Request some(String name, int index) throws IOException {
    return request(
        json(FOLDER.resolve(name).resolve("golden/runs.json")).get(index).getAsJsonObject());
  }

  @TestFactory
  Stream<DynamicTest> runsAgreeWithDiffusers() throws IOException {
    return Stream.of("sigma", "alpha", "narrow")
        .flatMap(
            name -> {
              try {
                return json(FOLDER.resolve(name).resolve("golden/runs.json")).stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(
                        row ->
                            DynamicTest.dynamicTest(
                                name + " " + row.get("name").getAsString(),
                                () -> agrees(name, row)));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static void agrees(String name, JsonObject row) throws IOException {
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
        : new Start.FromPicture(
            golden.array("picture." + row.get("width"), owner), Optional.empty());
  }

  private static float[] latents(LatentDiffusion model, Request request) {
    try (Run run = model.textToImage(request)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  @Test
  void answersOfABatchEqualSingleOnes() throws IOException {
    try (LatentDiffusion model = load("sigma")) {
      Request request = some("sigma", 1);
      float[] both = latents(model, request.withSampling(request.sampling().withBatch(2)));
      for (int i = 0; i < 2; i++) {
        float[] alone = latents(model, request.answer(i));
        float[] part = Arrays.copyOfRange(both, i * alone.length, (i + 1) * alone.length);
        golden("sigma", "runs").assertNear("answer " + i, alone, 1, part, 1e-4);
      }
    }
  }

  @Test
  void viewsOfALargePictureRun() throws IOException {
    try (LatentDiffusion model = load("sigma");
        Run run =
            model.textToImage(some("sigma", 0).withSize(32, 16).withTiling(new Tiling(16, 8)))) {
      run.forEach(evaluated -> {});
      assertEquals(3, run.views().size());
      assertEquals(4 * 16 * 8, run.latents().toFloatArray().length);
    }
  }

  /** Words of a longer prompt beside it change no bit of what the shorter one means. */
  @Test
  void noPaddingIsSeen() throws IOException {
    try (LatentDiffusion model = load("sigma");
        NDManager owner = model.manager().newSubManager()) {
      Conditioning both = encoded(model, 1, 2, owner);
      NDArray x = golden("sigma", "stages").array("sample", owner);
      Evaluation evaluation = TestEvaluations.of(0, 0, 500, new NoiseLevel(0.5, 0.5, 1));
      NDArray together = predicted(model, both, x, evaluation, owner);
      NDArray states = both.states().get("0:1, :{}", both.lengths().get(0));
      Conditioning alone = new Conditioning(states, null);
      NDArray first = predicted(model, alone, x.get("0:1"), evaluation, owner);
      assertArrayEquals(first.toFloatArray(), together.get("0:1").toFloatArray(), 1e-5f);
    }
  }

  private static NDArray predicted(
      LatentDiffusion model,
      Conditioning conditioning,
      NDArray x,
      Evaluation evaluation,
      NDManager owner) {
    Denoiser.Session session = model.networks().denoiser().begin(conditioning, owner);
    return session.predict(x, evaluation, List.of());
  }

  /** PixArt-α was trained to know the size of its pictures. */
  @Test
  void alphaTakesTheSizeOfThePicture() throws IOException {
    try (LatentDiffusion model = load("alpha");
        NDManager owner = model.manager().newSubManager()) {
      Conditioner conditioner = model.networks().conditioner();
      Prompts prompts = Prompts.of(Prompt.plain("a cell"));
      float[] wide = conditioner.encode(prompts, 24, 16, owner).added().toFloatArray();
      float[] high = conditioner.encode(prompts, 16, 24, owner).added().toFloatArray();
      assertEquals(3 * 256, wide.length);
      assertFalse(Arrays.equals(wide, high));
      NDArray states = owner.zeros(new Shape(1, 2, 14));
      float[] given =
          conditioner
              .joined(states, null, new float[][] {{16, 24, 16f / 24}}, owner)
              .added()
              .toFloatArray();
      assertArrayEquals(wide, given);
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> conditioner.joined(states, null, null, owner));
      assertTrue(e.getMessage().contains("height, width and aspect ratio"), e::getMessage);
    }
  }

  @ParameterizedTest
  @CsvSource({"sigma, 12, 18, 'multiple of 4', 20", "alpha, 26, 16, 'multiple of 4', 28"})
  void sizesThatNoPatchFitsAreRefusedWithTheNearest(
      String name, int width, int height, String message, String nearest) throws IOException {
    try (LatentDiffusion model = load(name)) {
      Request request = some(name, 0).withSize(width, height);
      var e = assertThrows(IllegalArgumentException.class, () -> model.textToImage(request));
      assertTrue(e.getMessage().contains(message), e::getMessage);
      assertTrue(e.getMessage().contains(nearest), e::getMessage);
    }
  }

  @Test
  void theFamilyTellsBeforeItIsLoadedHowItTakesGuidance() throws IOException {
    try (LatentDiffusion model = load("narrow")) {
      assertEquals(
          model.networks().denoiser().takes().guidance(),
          Families.of(model.model()).guidance(model.model()));
    }
  }

  @Test
  void clipskipIsRefused() throws IOException {
    try (LatentDiffusion model = load("narrow")) {
      Request asked = some("narrow", 0);
      Request request = asked.withPrompting(new Prompting("a cell", "", 2, true, -1));
      var e = assertThrows(IllegalArgumentException.class, () -> latents(model, request));
      assertTrue(e.getMessage().contains("clipskip must be 1"), e::getMessage);
    }
  }

  @ParameterizedTest
  @CsvSource({"sigma, 32, 10, 300, taesdxl, 0.13025", "alpha, 256, 14, 120, taesd, 0.18215"})
  void theDeclarationTellsTheGeneration(
      String name, int size, int width, int tokens, String tiny, double scale) throws IOException {
    Model model = Model.open(FOLDER.resolve(name));
    Declaration declaration = Families.declare(model);
    assertEquals("PixArt-Σ and PixArt-α", declaration.label());
    assertEquals(4, declaration.latents().channels());
    assertEquals(4, declaration.latents().pixelMultiple());
    assertEquals(Optional.of(tiny), declaration.latents().tinyDecoder());
    assertEquals(scale, declaration.latents().scale());
    assertEquals(5, declaration.latents().colours().orElseThrow().length);
    assertEquals(new Declaration.Size(size, size), declaration.size());
    assertEquals(width, declaration.conditioningWidth());
    PromptTokenizer tokenizer = Families.of(model).tokenizers(model).get(0);
    assertEquals(
        tokens, tokenizer.encode(List.of(Prompt.plain("a cell"))).get(0).get(0).ids().length);
  }

  @Test
  void anEncoderOfAnotherWidthIsRefusedWithBothNumbers() throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("sigma"));
    Path encoder = temp.resolve("text_encoder");
    ModelCopies.into(encoder, FOLDER.resolve("alpha/text_encoder"));
    var e = assertThrows(IOException.class, () -> GoldenRuns.load(temp));
    assertTrue(e.getMessage().contains("takes 10 numbers for a token"), e::getMessage);
    assertTrue(e.getMessage().contains("gives 14"), e::getMessage);
  }

  @Test
  void aBlockLessThanTheSettingsSayIsRefused() throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("sigma"));
    set("num_layers", "3");
    var e = assertThrows(IOException.class, () -> GoldenRuns.load(temp));
    assertTrue(e.getMessage().contains("num_layers = 3, its weights have 2"), e::getMessage);
  }

  private void set(String key, String value) throws IOException {
    Path file = temp.resolve("transformer/config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.add(key, JsonParser.parseString(value));
    Files.writeString(file, config.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "norm_type, 'ada_norm_zero'",
    "activation_fn, 'geglu'",
    "attention_type, 'gated'",
    "attention_bias, false",
    "norm_elementwise_affine, true",
    "interpolation_scale, 0"
  })
  void settingsThatAreNotSupportedAreRefusedByName(String key, String value) throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("sigma"));
    set(key, value);
    var e = assertThrows(IOException.class, () -> Families.declare(Model.open(temp)).label());
    assertTrue(e.getMessage().contains(key), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text_encoder", "vae", "tokenizer"})
  void aMissingPartIsNamed(String part) throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("sigma"));
    try (Stream<Path> files = Files.list(temp.resolve(part))) {
      for (Path file : files.toList()) Files.delete(file);
    }
    Files.delete(temp.resolve(part));
    var e = assertThrows(IOException.class, () -> Model.open(temp));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }
}
