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
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusion;

/** Encodes weighted and long prompts; {@code src/test/python/prompts.py} makes the goldens. */
class PromptsTest {

  @PyTorch private NDManager manager;
  private LoadedModel networks;

  @BeforeEach
  void load() throws IOException {
    Model model = Model.open(Golden.root().resolve("models/sd1"));
    networks = TestLoading.load(model, new StableDiffusion(), manager);
  }

  @AfterEach
  void close() {
    networks.close();
  }

  private NDArray encode(Prompt negative, Prompt prompt) {
    Prompts prompts = new Prompts(prompt, Optional.ofNullable(negative));
    return networks.conditioner().encode(prompts, 64, 64, manager).states();
  }

  @Test
  void weightedAndLongPromptsAndSkippedLayersAreAsInAutomatic1111() throws IOException {
    Golden golden = Golden.read(Golden.root().resolve("prompts.safetensors"));
    String rows = Files.readString(Golden.root().resolve("prompts.json"));
    for (JsonElement element : JsonParser.parseString(rows).getAsJsonArray()) {
      JsonObject row = element.getAsJsonObject();
      int clipSkip = row.get("clipskip").getAsInt();
      Prompt prompt = new Prompt(row.get("prompt").getAsString(), true, clipSkip);
      golden.assertNear(row.get("name").getAsString(), 1, encode(null, prompt), 1e-4);
    }
  }

  @Test
  void shorterOfTwoPromptsIsFilledUpWithEmptyBlocks() {
    Prompt two = new Prompt("green BREAK red", true, 1);
    NDArray both = encode(Prompt.plain("dim"), two);
    assertArrayEquals(new long[] {2, 154, 24}, both.getShape().getShape());
    float[] empty = encode(null, Prompt.plain("")).toFloatArray();
    assertArrayEquals(empty, both.get("0, 77:, :").toFloatArray(), 1e-6f);
  }

  @Test
  void bracketsOfAPlainPromptAreCharacters() {
    float[] plain = encode(null, Prompt.plain("(green:1.5)")).toFloatArray();
    float[] escaped = encode(null, new Prompt("\\(green:1.5\\)", true, 1)).toFloatArray();
    assertArrayEquals(plain, escaped);
  }

  @Test
  void layerThatTheTextEncoderDoesNotHaveIsRefused() {
    Prompt prompt = new Prompt("green", true, 3);
    String message =
        assertThrows(IllegalArgumentException.class, () -> encode(null, prompt)).getMessage();
    assertTrue(message.contains("has 2 layers; 2 can't be skipped"), message);
    assertEquals(1, Prompt.plain("").clipSkip());
  }
}
