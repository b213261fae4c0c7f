/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * Z-Image, stage by stage and in whole runs, against diffusers; {@code src/test/python/zimage.py}
 * makes models and goldens.
 */
class ZImageTest {

  private static final Path FOLDER = TestResources.golden("zimage");

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
    return model.networks().conditioner().encode(both, 8, 8, owner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "two", "three"})
  void statesOfPromptsAgreeWithDiffusers(String name) throws IOException {
    Golden golden = golden(name, "stages");
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager()) {
      for (int[] pair : new int[][] {{0, 2}, {2, 1}}) {
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
  @ValueSource(strings = {"one", "two", "three"})
  void theTransformerAgreesWithDiffusers(String name) throws IOException {
    Golden golden = golden(name, "stages");
    try (LatentDiffusion model = load(name);
        NDManager owner = model.manager().newSubManager()) {
      Conditioning encoded = encoded(model, 2, 0, owner);
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
    List<String> texts = prompts();
    return Request.defaults()
        .withPrompt(texts.get(row.get("prompt").getAsInt()), texts.get(1))
        .withScheduler("euler")
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
    return Stream.of("one", "two", "three")
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
        : new Start.FromPicture(golden.array("picture", owner), Optional.empty());
  }

  private static float[] latents(LatentDiffusion model, Request request) {
    try (Run run = model.textToImage(request)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  /** As the tools that repack models write them: queries, keys and values are one tensor. */
  @ParameterizedTest
  @ValueSource(strings = {"model.diffusion_model.", ""})
  void aSingleFileGivesThePicturesOfTheFolder(String place) throws IOException {
    Path folder = FOLDER.resolve("two");
    Model parts = Model.open(folder);
    Path file = temp.resolve("packed.safetensors");
    ModelCopies.into(temp.resolve("packed"), folder);
    TensorsWritten written = new TensorsWritten();
    for (Map.Entry<String, StoredTensor> entry : parts.tensors("transformer").entrySet()) {
      putOriginal(written, place, entry.getKey(), parts.tensors("transformer"));
    }
    put(written, "text_encoders.qwen3_4b.transformer.", parts.tensors("text_encoder"));
    put(written, "vae.", parts.tensors("vae"));
    written.write(file);
    Request request = some("two", 1);
    try (LatentDiffusion whole = load("two");
        LatentDiffusion packed = GoldenRuns.load(file)) {
      assertArrayEquals(latents(whole, request), latents(packed, request));
    }
  }

  private static void putOriginal(
      TensorsWritten written, String place, String name, Map<String, StoredTensor> all)
      throws IOException {
    if (name.contains(".to_k.") || name.contains(".to_v.")) return;
    String original =
        place
            + name.replace("all_x_embedder.2-1.", "x_embedder.")
                .replace("all_final_layer.2-1.", "final_layer.")
                .replace(".to_out.0.", ".out.")
                .replace(".norm_q.", ".q_norm.")
                .replace(".norm_k.", ".k_norm.");
    if (!name.contains(".to_q.")) {
      put(written, place, Map.of(original.substring(place.length()), all.get(name)));
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : List.of(".to_q.", ".to_k.", ".to_v.")) {
      ByteBuffer own = all.get(name.replace(".to_q.", part)).bytes();
      while (own.hasRemaining()) bytes.write(own.get());
    }
    StoredTensor query = all.get(name);
    long[] shape = {3 * query.shape()[0], query.shape()[1]};
    String together = original.replace(".to_q.", ".qkv.");
    written.put(together, query.dtype().name(), shape, bytes.toByteArray());
  }

  private static void put(TensorsWritten written, String place, Map<String, StoredTensor> tensors)
      throws IOException {
    Map<String, StoredTensor> named = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> named.put(place + name, tensor));
    written.copy(named);
  }

  @Test
  void answersOfABatchEqualSingleOnes() throws IOException {
    try (LatentDiffusion model = load("two")) {
      Request request = some("two", 1);
      float[] both = latents(model, request.withSampling(request.sampling().withBatch(2)));
      for (int i = 0; i < 2; i++) {
        float[] alone = latents(model, request.answer(i));
        float[] part = Arrays.copyOfRange(both, i * alone.length, (i + 1) * alone.length);
        golden("two", "runs").assertNear("answer " + i, alone, 1, part, 1e-4);
      }
    }
  }

  @Test
  void viewsOfALargePictureRun() throws IOException {
    try (LatentDiffusion model = load("two");
        Run run =
            model.textToImage(some("two", 0).withSize(32, 16).withTiling(new Tiling(16, 8)))) {
      run.forEach(evaluated -> {});
      assertEquals(3, run.views().size());
      assertEquals(16 * 16 * 8, run.latents().toFloatArray().length);
    }
  }

  /** x̂0 = x − σ v and ε̂ = x + (1 − σ) v. */
  @Test
  void dataAndNoiseFollowFromTheVelocity() throws IOException {
    try (LatentDiffusion model = load("one");
        Run run = model.textToImage(some("one", 0))) {
      for (Evaluated evaluated : run) {
        float sigma = (float) evaluated.evaluation().sigma();
        NDArray data = evaluated.predOriginalSample().mul(1 - sigma);
        NDArray sum = data.add(evaluated.noise().mul(sigma));
        assertArrayEquals(evaluated.sample().toFloatArray(), sum.toFloatArray(), 1e-5f);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"two, 12, 18, 'multiple of 4', 20", "three, 24, 44, 'multiple of 8', 48"})
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
    try (LatentDiffusion model = load("one")) {
      assertEquals(
          model.networks().denoiser().takes().guidance(),
          Families.of(model.model()).guidance(model.model()));
    }
  }

  @Test
  void clipskipIsRefused() throws IOException {
    try (LatentDiffusion model = load("one")) {
      Request asked = some("one", 0);
      Request request = asked.withPrompting(new Prompting("a cell", "", 2, true, -1));
      var e = assertThrows(IllegalArgumentException.class, () -> latents(model, request));
      assertTrue(e.getMessage().contains("clipskip must be 1"), e::getMessage);
    }
  }

  @Test
  void theDeclarationTellsItsLatents() throws IOException {
    Declaration declaration = Families.declare(Model.open(FOLDER.resolve("three")));
    assertEquals("Z-Image and Z-Image-Turbo", declaration.label());
    assertEquals(16, declaration.latents().channels());
    assertEquals(8, declaration.latents().pixelMultiple());
    assertEquals(0.1159, declaration.latents().shift());
    assertEquals(17, declaration.latents().colours().orElseThrow().length);
    assertEquals(6, declaration.conditioningWidth());
  }

  @Test
  void anEncoderOfAnotherWidthIsRefusedWithBothNumbers() throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("two"));
    ModelCopies.into(temp.resolve("text_encoder"), TestResources.golden("qwen3/single"));
    var e = assertThrows(IOException.class, () -> GoldenRuns.load(temp));
    assertTrue(e.getMessage().contains("takes 8 numbers for a token"), e::getMessage);
    assertTrue(e.getMessage().contains("gives 14"), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "siglip_feat_dim, 1152",
    "qk_norm, false",
    "all_patch_size, '[2, 4]'",
    "axes_dims, '[3, 4, 1]'"
  })
  void settingsThatAreNotSupportedAreRefusedByName(String key, String value) throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("two"));
    Path file = temp.resolve("transformer/config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.add(key, JsonParser.parseString(value));
    Files.writeString(file, config.toString());
    var e = assertThrows(IOException.class, () -> Families.declare(Model.open(temp)).label());
    assertTrue(e.getMessage().contains(key), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text_encoder", "vae", "tokenizer"})
  void aMissingPartIsNamed(String part) throws IOException {
    ModelCopies.into(temp, FOLDER.resolve("two"));
    try (Stream<Path> files = Files.list(temp.resolve(part))) {
      for (Path file : files.toList()) Files.delete(file);
    }
    Files.delete(temp.resolve(part));
    var e = assertThrows(IOException.class, () -> Model.open(temp));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }
}
