/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.nn.WeightChange;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * Compares the weights that adapters of every algebra give with lycoris-lora's and peft's; {@code
 * src/test/python/adapters.py} makes files and numbers.
 */
class AdaptersTest {

  private static final Path FOLDER = Golden.root().resolve("adapters");
  private static final double MERGED = 1e-6;

  static List<String> cases() throws IOException {
    return List.copyOf(json().keySet());
  }

  private static JsonObject json() throws IOException {
    return JsonParser.parseString(Files.readString(FOLDER.resolve("cases.json"))).getAsJsonObject();
  }

  private static Lora lora(String name) throws IOException {
    JsonArray pair = json().getAsJsonArray(name);
    Path path = FOLDER.resolve(pair.get(0).getAsString());
    Path file = Files.isDirectory(path) ? path : Path.of(path + ".safetensors");
    return new Lora(LoraFile.find(file.toString(), Golden.root()), pair.get(1).getAsDouble());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void mergedWeightsAreThoseOfLycorisAndPeft(String name) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("golden.safetensors"));
    ModelFolder model = ModelFolder.open(TestResources.SD1);
    LoraLayers layers = LoraLayers.of(List.of(lora(name)), model, Families.declare(model));
    Map<String, List<WeightChange>> changes = layers.of("unet");
    assertEquals(new TreeSet<>(golden.ends(name + ":")), new TreeSet<>(changes.keySet()));
    try (NetworkProofs networks = new NetworkProofs()) {
      Weights weights = networks.weights(model.tensors("unet"), changes);
      for (String tensor : changes.keySet()) {
        String key = name + ":" + tensor;
        float[] found = weights.tensor(tensor).toFloatArray();
        golden.assertNear(key, golden.floats(key), 1, found, MERGED * largest(golden.floats(key)));
      }
    }
  }

  /** The bound is one of the largest value; assertNear's is its own. */
  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) largest = Math.max(largest, Math.abs(value));
    assertTrue(largest > 0);
    return largest;
  }
}
