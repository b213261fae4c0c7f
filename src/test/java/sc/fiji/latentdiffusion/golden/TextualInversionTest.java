/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.embedding.EmbeddingFile;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversion;
import sc.fiji.latentdiffusion.addons.embedding.TextualInversions;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.clip.CLIPTokenizer;
import sc.fiji.latentdiffusion.models.clip.LearnedWords;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusion;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusionXL;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;

/**
 * Compares textual inversions in every form of file with diffusers; {@code embeddings.py} makes the
 * files and the numbers.
 */
class TextualInversionTest {

  private static final Path FOLDER = Golden.root().resolve("embeddings");
  private static final Path MICRO = Golden.root().resolve("models/micro-fp16");
  private static final Path XL = Golden.root().resolve("xl/base.safetensors");

  @PyTorch private NDManager manager;

  /** Returns the textual inversions in the order in which diffusers loaded them. */
  private static List<TextualInversion> all() throws IOException {
    return named("ink.pt", "cat.safetensors", "bad.safetensors", "dots");
  }

  private static List<TextualInversion> named(String... names) throws IOException {
    List<TextualInversion> inversions = new ArrayList<>();
    for (String name : names) {
      EmbeddingFile file = EmbeddingFile.find(FOLDER.resolve(name).toString(), null);
      inversions.add(new TextualInversion(file));
    }
    return inversions;
  }

  /** Prompts are remembered by their words. */
  @Test
  void wordsOfEqualFilesAreEqual() throws IOException {
    assertEquals(words(all()), words(all()));
    assertEquals(words(all()).hashCode(), words(all()).hashCode());
    assertNotEquals(words(named("ink.pt")), words(named("cat.safetensors")));
  }

  @Test
  void fileWithoutAnyNameIsRefused(@TempDir Path folder) throws IOException {
    Path nameless =
        new TensorsWritten().add("emb_params", 1, 4).write(folder.resolve(".safetensors"));
    IOException e =
        assertThrows(IOException.class, () -> EmbeddingFile.find(nameless.toString(), null));
    assertTrue(e.getMessage().contains("has no name by which a prompt could name it"));
  }

  private static List<LearnedWord> words(List<TextualInversion> inversions) {
    return inversions.stream().map(TextualInversion::word).toList();
  }

  private static List<JsonObject> prompts() throws IOException {
    String text = Files.readString(FOLDER.resolve("prompts.json"));
    return JsonParser.parseString(text).getAsJsonArray().asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static Golden golden() throws IOException {
    return Golden.read(FOLDER.resolve("golden.safetensors"));
  }

  private static LoadedModel load(Path path, Family family, NDManager manager) throws IOException {
    return TestLoading.load(Model.open(path), family, manager);
  }

  @Test
  void tokensAgreeWithDiffusers() throws IOException {
    LearnedWords words = new LearnedWords(words(all()), 0, 16, 661);
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(Model.open(MICRO), "tokenizer", "text_encoder")) {
      for (JsonObject row : prompts()) {
        long[] ids =
            row.getAsJsonArray("ids").asList().stream().mapToLong(JsonElement::getAsLong).toArray();
        String prompt = row.get("prompt").getAsString();
        TokenBlock block = tokenizer.encode(Prompt.plain(prompt), words).get(0);
        assertArrayEquals(ids, block.ids(), prompt);
      }
    }
  }

  @Test
  void statesOfPromptsAgreeWithDiffusers() throws IOException {
    Golden golden = golden();
    try (LoadedModel networks = load(MICRO, new StableDiffusion(), manager)) {
      for (JsonObject row : prompts()) {
        String name = row.get("name").getAsString();
        if (name.equals("cut")) continue; // we go on in a second block
        Prompt prompt = Prompt.plain(row.get("prompt").getAsString()).with(words(all()));
        Conditioning found = networks.conditioner().encode(Prompts.of(prompt), 16, 16, manager);
        golden.assertNear(name + ".states", 1, found.states(), 1e-4);
      }
    }
  }

  @Test
  void bothTextEncodersOfStableDiffusionXLReadTheirVectors() throws IOException {
    List<TextualInversion> star = named("star");
    try (LoadedModel networks = load(XL, new StableDiffusionXL(), manager)) {
      star.get(0).requireFitting(networks.conditioner().widths(), XL.toString());
      Prompt prompt = Prompt.plain("a star of few large red nuclei").with(words(star));
      Prompt negative = Prompt.plain("few star").with(words(star));
      Prompts prompts = Prompts.of(prompt, negative);
      Conditioning found = networks.conditioner().encode(prompts, 24, 16, manager);
      golden().assertNear("star.states", 1, found.states(), 1e-4);
      golden().assertNear("star.pooled", 1, found.added().get(":, :8"), 1e-4);
    }
  }

  @Test
  void aWholeRunAgreesWithDiffusers() throws IOException {
    Request request =
        Request.defaults()
            .withSize(16, 16)
            .withSteps(4)
            .withGuidance(5)
            .withScheduler("ddim")
            .withSeed(42)
            .withPrompt(prompts().get(0).get("prompt").getAsString(), "bad, blurry");
    LoadedAddOns added = new LoadedAddOns(words(all()), List.of(), Map.of(), List.of());
    try (LatentDiffusion model = ModelLoader.load(Model.open(MICRO), "float32", Golden.DEVICE);
        Run run = model.run(request, new Start.FromNoise(), added)) {
      run.forEach(evaluated -> {});
      golden().assertNear("run.latents", 1, run.latents(), 1e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pink cells, false",
    "ink_1, false",
    "ink2, false",
    "Ink., true",
    "(ink:1.2), true",
    "an INK-STYLE picture, true",
    "my<cat-toy>s, true",
    "dots dots, true"
  })
  void wordsAreFoundAsWordsInAnyCase(String text, boolean found) throws IOException {
    LearnedWords words = new LearnedWords(words(all()), 0, 16, 661);
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(Model.open(MICRO), "tokenizer", "text_encoder")) {
      long[] ids = tokenizer.encode(new Prompt(text, true, 1), words).get(0).ids();
      assertEquals(found, Arrays.stream(ids).anyMatch(id -> id >= 661), text);
    }
  }

  @Test
  void weightsAreThoseOfTheWord() throws IOException {
    LearnedWords words = new LearnedWords(words(all()), 0, 16, 661);
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(Model.open(MICRO), "tokenizer", "text_encoder")) {
      TokenBlock block = tokenizer.encode(new Prompt("a (bad:1.5) cell", true, 1), words).get(0);
      assertEquals(List.of("bad", "bad_1"), block.tokens().subList(2, 4));
      assertEquals(1.5f, block.weights()[2]);
      assertEquals(1.5f, block.weights()[3]);
      assertEquals(1f, block.weights()[4]);
    }
  }

  /** A block holds 14 tokens beside its start and end, the word has three. */
  @Test
  void vectorsOfAWordStandInOneBlock() throws IOException {
    LearnedWords words = new LearnedWords(words(all()), 0, 16, 661);
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(Model.open(MICRO), "tokenizer", "text_encoder")) {
      String fitting = "a ".repeat(11) + "ink a";
      assertEquals(16, tokenizer.encode(Prompt.plain(fitting), words).get(0).length());
      List<TokenBlock> blocks = tokenizer.encode(Prompt.plain("a " + fitting), words);
      assertEquals(List.of(14, 6), blocks.stream().map(TokenBlock::length).toList());
      assertEquals(List.of("ink", "ink_1", "ink_2"), blocks.get(1).tokens().subList(1, 4));
    }
  }

  @ParameterizedTest
  @CsvSource({"star, micro-fp16, 16, 16 and 8", "cat, sd1, 24, 16"})
  void aTextualInversionOfAnotherFamilyIsRefused(
      String name, String model, String expected, String found) throws IOException {
    Path path = Golden.root().resolve("models").resolve(model);
    TextualInversions words = new TextualInversions(named(name));
    try (LatentDiffusion loaded = ModelLoader.load(Model.open(path), "float32", Golden.DEVICE)) {
      NDManager manager = loaded.manager();
      String message =
          assertThrows(IOException.class, () -> loaded.load(words, GoldenImages.NONE, manager))
              .getMessage();
      assertTrue(message.contains("expected vectors of " + expected + " numbers"), message);
      assertTrue(message.contains("found " + found + ";"), message);
    }
  }

  @Test
  void otherFilesAndAbsentNamesAreRefused() {
    Path lora = Golden.root().resolve("lora/kohya.safetensors");
    String message = assertThrows(IOException.class, () -> EmbeddingFile.open(lora)).getMessage();
    assertTrue(
        message.contains("is a LoRA, expected a textual inversion; give it by the key lora"),
        message);
    String none =
        assertThrows(IOException.class, () -> EmbeddingFile.find("absent", FOLDER)).getMessage();
    assertTrue(none.startsWith("no textual inversion \"absent\""), none);
  }
}
