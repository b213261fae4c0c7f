/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.models.qwen3.Qwen3Files;
import sc.fiji.latentdiffusion.models.qwen3.Qwen3Model;
import sc.fiji.latentdiffusion.settings.Config;

/** Qwen3 against transformers; {@code src/test/python/qwen3.py} makes the goldens. */
class Qwen3Test {

  private static final Path FOLDER = TestResources.golden("qwen3");

  @TempDir Path temp;

  private static Config config(String name) throws IOException {
    return Json.config(FOLDER.resolve(name).resolve("config.json"));
  }

  private static Map<String, StoredTensor> tensors(String name) throws IOException {
    return SafeTensors.read(FOLDER.resolve(name).resolve("model.safetensors"));
  }

  /** The golden's text is filled up at its end, which changes nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"grouped", "single", "equal"})
  void theStatesBeforeTheLastLayerAgreeWithTransformers(String name) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve(name).resolve("golden.safetensors"));
    try (NetworkProofs proofs = new NetworkProofs();
        NDManager local = proofs.manager().newSubManager()) {
      Qwen3Model qwen = Qwen3Model.of(proofs.weights(tensors(name)), config(name));
      for (String length : golden.ends("ids.")) {
        long[] ids = golden.rows("ids." + length)[0];
        golden.assertNear("states." + length, 1, qwen.forward(ids, local), NetworkProofs.STAGE);
      }
      assertEquals(3, golden.ends("ids.").size());
    }
  }

  private Qwen3Files files(int maxLength) throws IOException {
    ModelCopies.into(temp.resolve("text_encoder"), FOLDER.resolve("equal"));
    ModelCopies.into(temp.resolve("tokenizer"), FOLDER.resolve("tokenizer"));
    Files.writeString(
        temp.resolve("model_index.json"),
        "{\"text_encoder\": [\"transformers\", \"Qwen3Model\"], \"tokenizer\": [\"transformers\","
            + " \"Qwen2Tokenizer\"]}");
    Model model = ModelFolder.open(temp);
    return new Qwen3Files(model, "text_encoder", "tokenizer", 0, maxLength);
  }

  @Test
  void tokensInTheChatTemplateAgreeWithTransformers() throws IOException {
    JsonArray rows =
        JsonParser.parseString(Files.readString(FOLDER.resolve("tokens.json"))).getAsJsonArray();
    Map<String, long[]> expected = new LinkedHashMap<>();
    for (JsonElement row : rows) {
      long[] ids =
          row.getAsJsonObject().getAsJsonArray("ids").asList().stream()
              .mapToLong(JsonElement::getAsLong)
              .toArray();
      expected.put(row.getAsJsonObject().get("prompt").getAsString(), ids);
    }
    List<Prompt> prompts = expected.keySet().stream().map(Prompt::plain).toList();
    List<List<TokenBlock>> found = files(4096).encode(prompts);
    for (int i = 0; i < prompts.size(); i++) {
      String text = prompts.get(i).text();
      assertArrayEquals(expected.get(text), found.get(i).get(0).ids(), text);
    }
    assertEquals(7, prompts.size());
  }

  /** Byte pairs of five thousand texts in many scripts, by a checksum of each hundred. */
  @Test
  void tokensOfTextsInManyScriptsAreThoseOfTransformers() throws IOException {
    String json = Files.readString(FOLDER.resolve("generated.json"));
    JsonArray expected = JsonParser.parseString(json).getAsJsonArray();
    JsonArray words = T5Test.texts("words");
    for (int hundred = 0; hundred < 50; hundred++) {
      List<Prompt> prompts = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        prompts.add(Prompt.plain(T5Test.text(100 * hundred + i, words)));
      }
      long[] ids =
          files(4096).encode(prompts).stream()
              .flatMapToLong(blocks -> Arrays.stream(blocks.get(0).ids()))
              .toArray();
      int found = T5Test.crc(ids);
      assertEquals(expected.get(hundred).getAsLong(), Integer.toUnsignedLong(found));
    }
    assertEquals(50, expected.size());
  }

  @Test
  void tokensBeyondTheLongestTextAreCutOff() throws IOException {
    TokenBlock block =
        files(20).encode(List.of(Prompt.plain("vesicles ".repeat(90)))).get(0).get(0);
    assertEquals(20, block.ids().length);
    assertEquals("<|im_start|>", block.tokens().get(0));
    String note = files(20).notes(Prompt.plain("vesicles ".repeat(90))).get(0);
    assertTrue(note.startsWith("Qwen3 reads 20 tokens of a prompt; the last "), note);
  }

  @Test
  void bracketsArePlainTextAndANoteSaysSo() throws IOException {
    Qwen3Files files = files(512);
    assertTrue(files.notes(new Prompt("a (cell:1.3)", true, 1)).get(0).contains("plain text"));
    assertEquals(List.of(), files.notes(new Prompt("a cell", true, 1)));
    assertEquals(8, files.width());
  }

  @ParameterizedTest
  @CsvSource({
    "model_type, qwen2, model_type = qwen2",
    "hidden_act, gelu, hidden_act = gelu",
    "attention_bias, true, attention_bias = true",
    "use_sliding_window, true, use_sliding_window = true",
    "num_hidden_layers, 9, num_hidden_layers = 9",
    "num_attention_heads, 8, self_attn.q_proj.weight",
    "num_key_value_heads, 3, num_key_value_heads = 3"
  })
  void settingsThatAreNotSupportedAreRefusedByName(String key, String value, String message)
      throws IOException {
    Object set = value.matches("\\d+") ? Integer.valueOf(value) : value;
    Config config = config("grouped").with(key, value.equals("true") ? true : set);
    try (NetworkProofs proofs = new NetworkProofs()) {
      var e =
          assertThrows(
              IOException.class, () -> Qwen3Model.of(proofs.weights(tensors("grouped")), config));
      assertTrue(e.getMessage().contains(message), e::getMessage);
    }
  }

  @Test
  void idsBeyondTheVocabularyAreRefused() throws IOException {
    try (NetworkProofs proofs = new NetworkProofs();
        NDManager local = proofs.manager().newSubManager()) {
      Qwen3Model qwen = Qwen3Model.of(proofs.weights(tensors("equal")), config("equal"));
      var e =
          assertThrows(IllegalArgumentException.class, () -> qwen.forward(new long[] {301}, local));
      assertTrue(e.getMessage().contains("knows only 301"), e::getMessage);
    }
  }
}
