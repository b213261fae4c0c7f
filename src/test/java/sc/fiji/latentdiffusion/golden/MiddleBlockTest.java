/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusionXL;

/**
 * U-Nets whose middle has one resnet (SSD-1B, Segmind Vega) or nothing (KOALA-700M), from a folder
 * and from a single file. {@code src/test/python/middle.py} makes the goldens.
 */
class MiddleBlockTest {

  private static final String WEIGHTS = "unet/diffusion_pytorch_model.fp16.safetensors";
  private static final String ORIGINAL = "model.diffusion_model.middle_block.";

  @PyTorch private NDManager manager;

  @TempDir Path temp;

  /** The refiner without the middle's tensors but those that begin so. */
  private Path folder(String kept, String type) throws IOException {
    Path refiner = TestResources.golden("xl/refiner");
    ModelCopies.into(temp, refiner);
    Map<String, StoredTensor> tensors =
        new TreeMap<>(TensorFile.read(refiner.resolve(WEIGHTS)).tensors());
    tensors.keySet().removeIf(name -> name.startsWith("mid_block.") && !name.startsWith(kept));
    new TensorsWritten().copy(tensors).write(temp.resolve(WEIGHTS));
    Path config = temp.resolve("unet/config.json");
    JsonObject settings = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    settings.addProperty("mid_block_type", type);
    Files.writeString(config, settings.toString());
    return temp;
  }

  @ParameterizedTest
  @CsvSource({"none, -,", "resnet, mid_block.resnets.0., UNetMidBlock2D"})
  void unetsAgreeWithDiffusers(String name, String kept, String type) throws IOException {
    Golden golden = Golden.read(TestResources.golden("middle.safetensors"));
    Golden given = Golden.read(TestResources.golden("xl/refiner/golden/conditioning.safetensors"));
    Model model = Model.open(folder(kept, type));
    try (LoadedModel networks = TestLoading.load(model, new StableDiffusionXL(), manager)) {
      Prompts prompts =
          Prompts.of(
              Prompt.plain("a photo of many bright green nuclei"),
              Prompt.plain("blurry, low contrast"));
      Conditioning conditioning = networks.conditioner().encode(prompts, 24, 16, manager);
      NDArray sample = given.array("sample", manager);
      NDArray out = TestLoading.unet(networks).use(u -> u.forward(sample, 501, conditioning));
      golden.assertNear(name, 1, out, 1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-, UNetMidBlock2DCrossAttn",
    "mid_block.resnets.0., UNetMidBlock2DCrossAttn",
    "mid_block., UNetMidBlock2D",
    "-, UNetMidBlock2D"
  })
  void middleThatIsNotTheConfigsIsRefused(String kept, String type) throws IOException {
    Model model = Model.open(folder(kept, type));
    IOException e =
        assertThrows(
            IOException.class, () -> TestLoading.load(model, new StableDiffusionXL(), manager));
    assertTrue(e.getMessage().contains("mid_block_type is " + type), e::getMessage);
  }

  /** Without settings beside the file its weights tell. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "0."})
  void singleFilesLoadAndLorasFindTheirLayersByBothNames(String kept) throws IOException {
    Map<String, StoredTensor> tensors = new TreeMap<>(TensorFile.read(TestResources.XL).tensors());
    tensors.keySet().removeIf(n -> n.startsWith(ORIGINAL) && !n.startsWith(ORIGINAL + kept));
    Path base = TestResources.golden("xl/base");
    ModelCopies.into(temp.resolve("m"), base);
    Model model =
        Model.open(new TensorsWritten().copy(tensors).write(temp.resolve("m.safetensors")));
    try (LoadedModel networks = TestLoading.load(model, new StableDiffusionXL(), manager)) {
      assertEquals(4, TestLoading.unet(networks).outline().inChannels());
    }
    if (kept.equals("-")) return;
    for (String layer :
        List.of("lora_unet_middle_block_0_in_layers_2", "lora_unet_mid_block_resnets_0_conv1")) {
      TensorsWritten lora = new TensorsWritten();
      long[] shape = tensors.get(ORIGINAL + "0.in_layers.2.weight").shape();
      lora.add(layer + ".lora_down.weight", 1, shape[1], 3, 3);
      lora.add(layer + ".lora_up.weight", shape[0], 1, 1, 1);
      LoraFile file = LoraFile.open(lora.write(temp.resolve("lora.safetensors")));
      LoraLayers layers = LoraLayers.of(List.of(new Lora(file, 1)), model, Families.declare(model));
      assertEquals("[mid_block.resnets.0.conv1.weight]", layers.of("unet").keySet().toString());
    }
  }
}
