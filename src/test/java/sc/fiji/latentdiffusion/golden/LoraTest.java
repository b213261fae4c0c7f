/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.addons.lora.Loras;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * Compares LoRAs in every naming with diffusers and peft; {@code src/test/python/lora.py} makes
 * files and the numbers.
 */
class LoraTest {

  private static final Path FOLDER = Golden.root().resolve("lora");
  private static final double TIMESTEP = 500.25;
  private static final double RUN = 1e-3;

  static List<String> cases() throws IOException {
    return List.copyOf(json().keySet());
  }

  static List<String> runs() throws IOException {
    return Golden.read(FOLDER.resolve("golden.safetensors")).names().stream()
        .filter(name -> name.endsWith(".latents"))
        .map(name -> name.replace(".latents", ""))
        .toList();
  }

  private static JsonObject json() throws IOException {
    return JsonParser.parseString(Files.readString(FOLDER.resolve("cases.json"))).getAsJsonObject();
  }

  private static ModelFolder model(String name) throws IOException {
    String model = json().getAsJsonObject(name).get("model").getAsString();
    return ModelFolder.open(Golden.root().resolve("models").resolve(model));
  }

  private static List<Lora> loras(String name) throws IOException {
    List<Lora> loras = new ArrayList<>();
    for (JsonElement element : json().getAsJsonObject(name).getAsJsonArray("loras")) {
      JsonArray pair = element.getAsJsonArray();
      String file = pair.get(0).getAsString();
      loras.add(new Lora(LoraFile.find(file, Golden.root()), pair.get(1).getAsDouble()));
    }
    return loras;
  }

  private static LoraLayers layers(ModelFolder model, List<Lora> loras) throws IOException {
    return LoraLayers.of(loras, model, Families.declare(model));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void mergedNetworksAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("golden.safetensors"));
    ModelFolder model = model(name);
    LoraLayers layers = layers(model, loras(name));
    Golden inputs = Golden.read(model.path().resolve("golden/unet.safetensors"));
    Golden ids = Golden.read(model.path().resolve("golden/text.safetensors"));
    try (NetworkProofs networks = new NetworkProofs();
        NDManager local = networks.manager().newSubManager()) {
      NDArray out =
          unet(networks, model, layers)
              .forward(inputs.array("sample", local), TIMESTEP, inputs.array("states", local));
      golden.assertNear(name + ".unet", 1, out, NetworkProofs.STAGE);
      if (golden.has(name + ".text")) {
        NDArray states =
            text(networks, model, layers).forward(new long[][] {ids.rows("ids")[1]}, local);
        golden.assertNear(name + ".text", 1, states, NetworkProofs.STAGE);
      }
    }
  }

  private static UNet2DConditionModel unet(
      NetworkProofs networks, ModelFolder model, LoraLayers layers) throws IOException {
    return UNet2DConditionModel.of(
        networks.weights(model.tensors("unet"), layers.of("unet")), model.config("unet"));
  }

  private static CLIPTextModel text(NetworkProofs networks, ModelFolder model, LoraLayers layers)
      throws IOException {
    return CLIPTextModel.of(
        networks.weights(model.tensors("text_encoder"), layers.of("text_encoder")),
        model.config("text_encoder"));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void wholeRunsAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("golden.safetensors"));
    try (LatentDiffusion model =
            ModelLoader.load(model(name), new Loras(loras(name)), "float32", Golden.DEVICE);
        NDManager manager = model.manager().newSubManager();
        Run run = model.textToImage(request())) {
      run.forEach(evaluated -> {});
      golden.assertNear(name + ".latents", 1, run.latents(), RUN);
      golden.assertWithinOne(name + ".picture", model.decode(run.latents(), manager));
    }
  }

  /** Returns the settings of lora.py's runs. */
  private static Request request() {
    return Request.defaults()
        .withSteps(6)
        .withGuidance(5)
        .withScheduler("euler")
        .withSeed(42)
        .withPrompt("a photo of many bright green nuclei", "blurry, low contrast");
  }

  @Test
  void weightZeroIsTheModelItselfToTheBit() throws IOException {
    List<Lora> none = loras("both").stream().map(lora -> new Lora(lora.file(), 0)).toList();
    assertArrayEquals(latents(List.of()), latents(none));
    assertFalse(Arrays.equals(latents(List.of()), latents(loras("both"))));
  }

  /** Merging must not write to the weights. */
  @Test
  void filesOfModelAndLoraStayAsTheyAre() throws IOException {
    List<Lora> loras = loras("both");
    List<Path> files = new ArrayList<>();
    for (String component : List.of("unet", "text_encoder")) {
      files.add(model("both").tensors(component).values().iterator().next().file());
    }
    loras.forEach(lora -> files.add(lora.file().path()));
    List<byte[]> before = bytes(files);
    latents(loras);
    for (int i = 0; i < files.size(); i++) {
      assertArrayEquals(before.get(i), bytes(files).get(i), files.get(i).toString());
    }
  }

  private static List<byte[]> bytes(List<Path> files) throws IOException {
    List<byte[]> bytes = new ArrayList<>();
    for (Path file : files) {
      bytes.add(Files.readAllBytes(file));
    }
    return bytes;
  }

  private static float[] latents(List<Lora> loras) throws IOException {
    try (LatentDiffusion model =
            ModelLoader.load(model("both"), new Loras(loras), "float32", Golden.DEVICE);
        Run run = model.textToImage(request())) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }
}
