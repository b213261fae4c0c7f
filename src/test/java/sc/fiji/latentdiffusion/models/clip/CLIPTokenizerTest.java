/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * Compares tokens with transformers'; {@code src/test/python/tokenizer_goldens.py} makes the
 * goldens.
 */
class CLIPTokenizerTest {

  @TempDir Path temp;

  @BeforeEach
  void modelIndex() throws IOException {
    write("model_index.json", "{\"tokenizer\": [\"transformers\", \"CLIPTokenizer\"]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2", "sdxl", "json"})
  void idsOfAnyTextAreThoseOfTransformers(String kind) throws IOException {
    JsonObject goldens =
        JsonParser.parseString(text(TestResources.tokenizer("goldens.json"))).getAsJsonObject();
    JsonArray texts = goldens.getAsJsonArray("texts");
    JsonObject expected = goldens.getAsJsonObject(kind);
    long pad = expected.get("pad").getAsLong();
    try (CLIPTokenizer tokenizer = tokenizer(kind)) {
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.get(i).getAsString();
        long[] ids = longs(expected.getAsJsonArray("ids").get(i).getAsJsonArray());
        TokenBlock tokens = tokenizer.encode(text);
        assertArrayEquals(padded(ids, pad), tokens.ids(), "text " + i + ": " + text);
        assertEquals(ids.length, tokens.length(), "text " + i + ": " + text);
      }
    }
  }

  @Test
  void singleFileHasClipsOwnVocabulary() throws IOException {
    JsonObject standard =
        JsonParser.parseString(text(TestResources.tokenizer("standard.json"))).getAsJsonObject();
    Path file = temp.resolve("sd1.safetensors");
    Files.copy(TestResources.MICRO_SAFETENSORS, file);
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(Model.open(file), "tokenizer", "text_encoder")) {
      for (int i = 0; i < standard.getAsJsonArray("texts").size(); i++) {
        String text = standard.getAsJsonArray("texts").get(i).getAsString();
        long[] ids = longs(standard.getAsJsonArray("ids").get(i).getAsJsonArray());
        assertArrayEquals(
            padded(ids, 49407), tokenizer.encode(text).ids(), "text " + i + ": " + text);
      }
    }
  }

  @Test
  void longTextGoesOnInFurtherBlocks() throws IOException {
    try (CLIPTokenizer tokenizer = tokenizer("sd1")) {
      long nuclei = tokenizer.encode("nuclei").ids()[1];
      List<TokenBlock> blocks = tokenizer.encode(Prompt.plain("nuclei ".repeat(76)));
      assertEquals(2, blocks.size());
      assertEquals(77, blocks.get(0).length());
      assertArrayEquals(tokenizer.encode("nuclei").ids(), blocks.get(1).ids());
      assertEquals(nuclei, blocks.get(0).ids()[75]);
      assertEquals(1, tokenizer.encode(Prompt.plain("nuclei ".repeat(75))).size());
      assertEquals(1, tokenizer.encode(Prompt.plain("")).size());
    }
  }

  @Test
  void wordsOfAWeightedPromptHaveTheirWeightsAndBreakBeginsABlock() throws IOException {
    try (CLIPTokenizer tokenizer = tokenizer("sd1")) {
      List<TokenBlock> blocks =
          tokenizer.encode(new Prompt("few (green:1.5) nuclei BREAK [red]", true, 1));
      assertEquals(2, blocks.size());
      float[] first = Arrays.copyOf(blocks.get(0).weights(), 6);
      assertArrayEquals(new float[] {1, 1, 1.5f, 1, 1, 1}, first);
      assertArrayEquals(tokenizer.encode("few green nuclei").ids(), blocks.get(0).ids());
      assertEquals(1 / 1.1f, blocks.get(1).weights()[1], 1e-7);
      assertArrayEquals(tokenizer.encode("red").ids(), blocks.get(1).ids());
    }
  }

  @Test
  void hugeTextIsEncodedWhole() throws IOException {
    try (CLIPTokenizer tokenizer = tokenizer("sd1")) {
      assertTrue(tokenizer.encode(Prompt.plain("细胞🔬 nuclei\n".repeat(1000))).size() > 100);
    }
  }

  @Test
  void halfASurrogatePairIsReplaced() throws IOException {
    try (CLIPTokenizer tokenizer = tokenizer("sd1")) {
      assertArrayEquals(tokenizer.encode("a \ufffd b").ids(), tokenizer.encode("a \ud83d b").ids());
    }
  }

  @Test
  void manyThreadsGetTheSameIds() throws IOException {
    try (CLIPTokenizer tokenizer = tokenizer("sd1")) {
      String expected = Arrays.toString(tokenizer.encode("green nuclei").ids());
      Stream<String> found =
          IntStream.range(0, 200)
              .parallel()
              .mapToObj(i -> Arrays.toString(tokenizer.encode("green nuclei").ids()));
      assertTrue(found.allMatch(expected::equals));
    }
  }

  @Test
  void lengthIsThatOfTheTokenizerElseOfTheTextEncoderElse77() throws IOException {
    assertEquals(77, lengthWith("{}", null));
    assertEquals(77, lengthWith("{\"model_max_length\": 1e30}", null));
    assertEquals(20, lengthWith("{\"model_max_length\": 20}", null));
    assertEquals(16, lengthWith("{\"model_max_length\": 1e30}", 16));
    assertEquals(16, lengthWith("{\"model_max_length\": 20}", 16));
  }

  @Test
  void threadsContextClassLoaderIsNeitherUsedNorChanged() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      thread.setContextClassLoader(empty);
      tokenizer("sd1").close();
      assertSame(empty, thread.getContextClassLoader());
      assertNull(System.getProperty("RUST_FLAVOR"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void missingFolderIsRefused() throws IOException {
    ModelFolder model = modelWith("sd1");
    Files.walk(temp.resolve("tokenizer")).sorted((a, b) -> b.compareTo(a)).forEach(this::delete);
    refused(model, "tokenizer is missing; copy or download the whole model again");
  }

  @Test
  void missingVocabularyIsRefusedByName() throws IOException {
    ModelFolder model = modelWith("sd1");
    delete(temp.resolve("tokenizer/vocab.json"));
    refused(
        model, "vocab.json: missing, and so is tokenizer.json; copy the model's tokenizer again");
  }

  @Test
  void missingMergesAreRefusedByName() throws IOException {
    ModelFolder model = modelWith("sd1");
    delete(temp.resolve("tokenizer/merges.txt"));
    refused(model, "merges.txt: missing");
  }

  @Test
  void vocabularyThatIsNotJsonIsRefused() throws IOException {
    ModelFolder model = modelWith("sd1");
    write("tokenizer/vocab.json", "{\"a\": 1,");
    refused(model, "vocab.json is not readable as JSON at line 1, column 9");
    write("tokenizer/vocab.json", "[1, 2]");
    refused(model, "vocab.json: expected a JSON object {…}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "2.5", "-1", "5000", "999999"})
  void lengthOfBlocksHasBounds(String length) throws IOException {
    ModelFolder model = modelWith("sd1");
    write("text_encoder/config.json", "{}");
    write("tokenizer/tokenizer_config.json", "{\"model_max_length\": " + length + "}");
    refused(model, "expected a model_max_length from 3 to 4096, found " + Double.valueOf(length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", "null", "0.5", "-1", "1e9", "7.0", "NaN", "[]"})
  void idThatIsNoneIsRefusedWithItsToken(String id) throws IOException {
    ModelFolder model = modelWith("sd1");
    write("tokenizer/added_tokens.json", "{\"<new>\": " + id + "}");
    refused(model, "expected a whole number from 0 to 9999999 for the token \"<new>\", found ");
    write("tokenizer/vocab.json", "{\"b\": 1, \"a\": " + id + "}");
    refused(model, "vocab.json: expected a whole number from 0 to 9999999 for the token \"a\"");
  }

  @ParameterizedTest
  @CsvSource({"unk_token, 3", "bos_token, [[]]", "eos_token, null", "pad_token, {}"})
  void roleOfSomethingThatIsNoTextIsNotGiven(String role, String content) throws IOException {
    ModelFolder model = modelWith("sd1");
    String given = "{\"" + role + "\": {\"content\": " + content + "}}";
    write("tokenizer/special_tokens_map.json", given);
    write("tokenizer/added_tokens.json", "{\"3\": 5}");
    CLIPTokenizer.of(model, "tokenizer", "text_encoder").close();
  }

  @Test
  void mergeThatIsNoPairIsRefusedWithItsLine() throws IOException {
    ModelFolder model = modelWith("sd1");
    write("tokenizer/merges.txt", "#version: 0.2\nt h\na b c\n");
    refused(model, "merges.txt: expected two parts in every line, found \"a b c\"");
  }

  @Test
  void vocabularyWithTheUnknownTokenNeedsNoLetters() throws IOException {
    ModelFolder model = modelWith("json");
    String vocab = "{\"a</w>\": 0, \"<|startoftext|>\": 1, \"<|endoftext|>\": 2}";
    write("tokenizer/tokenizer.json", "{\"model\": {\"vocab\": " + vocab + ", \"merges\": []}}");
    try (CLIPTokenizer tokenizer = CLIPTokenizer.of(model, "tokenizer", "text_encoder")) {
      assertArrayEquals(new long[] {1, 0, 2, 2}, Arrays.copyOf(tokenizer.encode("a b").ids(), 4));
    }
  }

  @Test
  void vocabularyWithoutItsPadTokenIsRefused() throws IOException {
    ModelFolder model = modelWith("sd1");
    write("tokenizer/special_tokens_map.json", "{\"pad_token\": \"<pad>\"}");
    refused(model, "the vocabulary lacks the pad_token \"<pad>\"");
  }

  private void refused(ModelFolder model, String message) {
    IOException e =
        assertThrows(IOException.class, () -> CLIPTokenizer.of(model, "tokenizer", "text_encoder"));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  private int lengthWith(String config, Integer positions) throws IOException {
    modelWith("sd1");
    write("tokenizer/tokenizer_config.json", config);
    if (positions != null) {
      write("text_encoder/model.safetensors", "");
      write(
          "model_index.json",
          "{\"tokenizer\": [\"transformers\", \"CLIPTokenizer\"],"
              + " \"text_encoder\": [\"transformers\", \"CLIPTextModel\"]}");
      write("text_encoder/config.json", "{\"max_position_embeddings\": " + positions + "}");
    }
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(ModelFolder.open(temp), "tokenizer", "text_encoder")) {
      assertEquals(tokenizer.maxLength(), tokenizer.encode("nuclei").ids().length);
      return tokenizer.maxLength();
    }
  }

  private CLIPTokenizer tokenizer(String kind) throws IOException {
    return CLIPTokenizer.of(modelWith(kind), "tokenizer", "text_encoder");
  }

  private ModelFolder modelWith(String kind) throws IOException {
    try (Stream<Path> files = Files.list(TestResources.tokenizer(kind))) {
      for (Path file : files.toList()) write("tokenizer/" + file.getFileName(), text(file));
    }
    return ModelFolder.open(temp);
  }

  private void write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void delete(Path path) {
    assertTrue(path.toFile().delete(), path::toString);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static long[] longs(JsonArray array) {
    return array.asList().stream().mapToLong(id -> id.getAsLong()).toArray();
  }

  private static long[] padded(long[] ids, long pad) {
    long[] padded = Arrays.copyOf(ids, 77);
    Arrays.fill(padded, ids.length, 77, pad);
    return padded;
  }
}
