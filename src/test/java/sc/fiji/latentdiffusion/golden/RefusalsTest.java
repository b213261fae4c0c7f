/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.settings.Config;

/** Unsupported settings are refused by name and never computed wrongly. */
class RefusalsTest {

  private NetworkProofs networks;

  @BeforeEach
  void open() throws IOException {
    networks = new NetworkProofs();
  }

  @AfterEach
  void close() {
    networks.close();
  }

  static Stream<Path> exotic() {
    return Golden.folders("exotic");
  }

  static Stream<Map.Entry<String, JsonElement>> refused() throws IOException {
    Path file = Golden.root().resolve("refused.json");
    return json(file).entrySet().stream();
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @ParameterizedTest
  @MethodSource("exotic")
  void unusualUnetIsRightOrRefusedByItsKey(Path folder) throws IOException {
    String key = json(folder.resolve("exotic.json")).get("key").getAsString();
    UNet2DConditionModel unet;
    try {
      unet = networks.unet(NetworkProofs.tensors(folder), NetworkProofs.config(folder));
    } catch (IOException e) {
      assertTrue(e.getMessage().contains(key), folder.getFileName() + ": " + e.getMessage());
      return;
    }
    networks.prove(unet, Golden.read(folder.resolve("golden.safetensors")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void unsupportedKeyIsRefusedByName(Map.Entry<String, JsonElement> entry) throws IOException {
    Path folder = Golden.root().resolve("unet/bfloat16");
    JsonObject config = json(folder.resolve("config.json"));
    config.add(entry.getKey(), entry.getValue());
    Config changed = Json.config(config, "config.json");
    Map<String, StoredTensor> tensors = NetworkProofs.tensors(folder);
    IOException refusal =
        assertThrows(IOException.class, () -> networks.unet(tensors, changed), entry::toString);
    assertTrue(refusal.getMessage().contains(entry.getKey()), refusal.getMessage());
  }

  @Test
  void aVaeWithAMeanOfItsLatentsIsRefusedByItsKey() throws IOException {
    Path folder = Golden.root().resolve("vae/old-attention");
    JsonObject json = json(folder.resolve("config.json"));
    json.add("latents_mean", JsonParser.parseString("[0.1, 0, 0, 0]"));
    Config config = Json.config(json, "config.json");
    Map<String, StoredTensor> tensors = NetworkProofs.tensors(folder);
    IOException refusal = assertThrows(IOException.class, () -> networks.vae(tensors, config));
    assertTrue(refusal.getMessage().contains("latents_mean"), refusal.getMessage());
  }

  @Test
  void moreLayersThanATextEncodersWeightsHaveAreRefused() throws IOException {
    Path folder = Golden.root().resolve("text_encoder/quick-gelu");
    JsonObject json = json(folder.resolve("config.json"));
    json.addProperty("num_hidden_layers", 12);
    Config config = Json.config(json, "config.json");
    Map<String, StoredTensor> tensors = NetworkProofs.tensors(folder);
    IOException refusal = assertThrows(IOException.class, () -> networks.text(tensors, config));
    assertTrue(refusal.getMessage().contains("num_hidden_layers = 12"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("have 2"), refusal.getMessage());
  }

  @Test
  void textEncodersUnknownActivationIsRefusedByName() throws IOException {
    Path folder = Golden.root().resolve("text_encoder/quick-gelu");
    JsonObject json = json(folder.resolve("config.json"));
    json.addProperty("hidden_act", "gelu_new");
    Config config = Json.config(json, "config.json");
    Map<String, StoredTensor> tensors = NetworkProofs.tensors(folder);
    IOException refusal = assertThrows(IOException.class, () -> networks.text(tensors, config));
    assertTrue(refusal.getMessage().contains("gelu_new"), refusal.getMessage());
  }
}
