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
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * Whole models without words, in all layouts in which people have them. {@code
 * src/test/python/unet2d_models.py} makes them and their goldens.
 */
class WordlessModelsTest {

  private static final Path MODELS = TestResources.golden("unet2d_models");

  @TempDir Path temp;

  private static Request request(String scheduler) {
    return Request.defaults().withSteps(8).withSeed(42).withScheduler(scheduler);
  }

  /** The goldens are of class 3. */
  private static Prompting drawn(String name) {
    return Prompting.DEFAULT.withLabel(name.equals("classes") ? 3 : -1);
  }

  private static LatentDiffusion load(Path folder) throws IOException {
    return ModelLoader.load(Model.open(folder), "float32", Golden.DEVICE);
  }

  private static float[] latents(LatentDiffusion model, Request request) {
    try (Run run = model.textToImage(request)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb", "grey", "latent", "quantised", "classes", "two"})
  void runsAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(MODELS.resolve(name).resolve("golden.safetensors"));
    try (LatentDiffusion model = load(MODELS.resolve(name))) {
      for (String scheduler : golden.names()) {
        if (scheduler.contains(".")) continue;
        try (Run run = model.textToImage(request(scheduler).withPrompting(drawn(name)))) {
          run.forEach(evaluated -> {});
          golden.assertNear(scheduler, 1, run.latents(), 1e-3);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb", "latent", "quantised"})
  void picturesAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(MODELS.resolve(name).resolve("golden.safetensors"));
    try (LatentDiffusion model = load(MODELS.resolve(name));
        NDManager manager = model.manager().newSubManager();
        Run run = model.textToImage(request("ddim"))) {
      run.forEach(evaluated -> {});
      golden.assertWithinOne("ddim.picture", model.decode(run.latents(), manager));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"latent", "quantised"})
  void encodedPicturesAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(MODELS.resolve(name).resolve("golden.safetensors"));
    try (LatentDiffusion model = load(MODELS.resolve(name));
        NDManager manager = model.manager().newSubManager()) {
      NDArray latents = model.encode(golden.array("encode.picture", manager), manager);
      golden.assertNear("encode.latents", 1, latents, 1e-4);
    }
  }

  /** The sample stands first, then the picture. */
  @ParameterizedTest
  @ValueSource(strings = {"stained", "restored"})
  void runsOfNetworksThatSeeAPictureAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(MODELS.resolve(name).resolve("golden.safetensors"));
    try (LatentDiffusion model = load(MODELS.resolve(name));
        NDManager manager = model.manager().newSubManager()) {
      NDArray seen = golden.array("seen", manager);
      for (String scheduler : List.of("ddim", "dpmpp_2m")) {
        try (Run run = model.imageToImage(request(scheduler).withStrength(0.5), seen)) {
          run.forEach(evaluated -> {});
          golden.assertNear(scheduler, 1, run.latents(), 1e-3);
          NDArray picture = run.picture();
          boolean isGrey = name.equals("stained");
          golden.assertWithinOne(scheduler + ".picture", isGrey ? picture.get(":, :1") : picture);
        }
      }
      var e =
          assertThrows(IllegalArgumentException.class, () -> model.textToImage(request("ddim")));
      assertTrue(e.getMessage().contains("run Image to Image"), e::getMessage);
    }
  }

  @Test
  void picturesOfAnyNumberOfChannelsAreTheLatents() throws IOException {
    Golden golden = Golden.read(MODELS.resolve("two/golden.safetensors"));
    try (LatentDiffusion model = load(MODELS.resolve("two"));
        Run run = model.textToImage(request("ddim"))) {
      run.forEach(evaluated -> {});
      assertEquals(new Shape(1, 2, 12, 20), run.picture().getShape());
      golden.assertWithinOne("ddim.picture", run.picture());
    }
  }

  private static Path withSettingsBeside(Path folder, String file) throws IOException {
    Path unet = MODELS.resolve("grey/unet");
    Path weights = folder.resolve(file);
    if (file.endsWith(".safetensors")) {
      Files.copy(unet.resolve("diffusion_pytorch_model.safetensors"), weights);
    } else {
      Files.copy(TestResources.golden("unet2d_models/grey.bin"), weights);
    }
    return weights;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cells.safetensors", "cells.bin", "cells.pt"})
  void aFileOfTensorsRunsWithTheSettingsInAFolderBesideIt(String name) throws IOException {
    Path file = withSettingsBeside(temp, name);
    var e = assertThrows(IOException.class, () -> load(file));
    assertTrue(e.getMessage().contains("cells.json"), e::getMessage);
    Path settings = Files.createDirectories(temp.resolve("cells"));
    for (String part : List.of("unet/config.json", "scheduler/scheduler_config.json")) {
      Path from = MODELS.resolve("grey").resolve(part);
      Files.copy(from, settings.resolve(from.getFileName().toString()));
    }
    assertEqualRuns(MODELS.resolve("grey"), file);
    assertEquals(file, Model.find(name, temp).path());
  }

  @Test
  void aFileOfTensorsRunsWithItsSettingsOfTheSameName() throws IOException {
    Path file = withSettingsBeside(temp, "cells.safetensors");
    Files.copy(MODELS.resolve("grey/unet/config.json"), temp.resolve("cells.json"));
    Path bare = Files.createDirectories(temp.resolve("bare/unet"));
    ModelCopies.into(bare, MODELS.resolve("grey/unet"));
    assertEqualRuns(bare.getParent(), file);
    Model model = Model.open(file);
    assertTrue(model.notes().get(0).contains("DDPMScheduler"), model.notes()::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "block_out_channels, '[4, 16]', down_blocks.1.resnets.0.conv2.weight",
    "block_out_channels, '[4, 8, 8]', down_blocks.",
    "layers_per_block, 2, down_blocks.0.resnets.",
    "down_block_types, '[\"DownBlock2D\", \"DownBlock2D\"]', down_blocks.1.attentions.",
    "up_block_types, '[\"UpBlock2D\", \"UpBlock2D\"]', up_blocks.0.attentions.",
    "mid_block_type, null, mid_block.",
    "add_attention, false, mid_block.attentions.",
    "in_channels, 2, conv_in.weight",
    "time_embedding_dim, 99, time_embedding.linear_2.weight",
    "num_class_embeds, 4, class_embedding"
  })
  void settingsThatContradictTheWeightsAreRefusedByBothNames(
      String key, String value, String tensor) throws IOException {
    ModelCopies.into(temp, MODELS.resolve("grey"));
    Path file = temp.resolve("unet/config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.add(key, JsonParser.parseString(value));
    if (key.equals("in_channels")) config.addProperty("out_channels", 2);
    Files.writeString(file, config.toString());
    var e = assertThrows(IOException.class, () -> load(temp));
    assertTrue(e.getMessage().contains(key), e::getMessage);
    assertTrue(e.getMessage().contains(tensor), e::getMessage);
  }

  private Path flat(String name) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("flat"));
    ModelCopies.into(folder, MODELS.resolve(name).resolve("unet"));
    ModelCopies.into(folder, MODELS.resolve(name).resolve("scheduler"));
    return folder;
  }

  private void assertEqualRuns(Path one, Path other) throws IOException {
    try (LatentDiffusion model = load(one);
        LatentDiffusion copy = load(other)) {
      assertArrayEquals(latents(model, request("ddpm")), latents(copy, request("ddpm")));
    }
  }

  @Test
  void theFlatFoldersOf2022Run() throws IOException {
    assertEqualRuns(MODELS.resolve("grey"), flat("grey"));
  }

  @Test
  void theirIndexMayLieBesideThem() throws IOException {
    Path folder = flat("grey");
    Files.copy(MODELS.resolve("grey/model_index.json"), folder.resolve("model_index.json"));
    assertEqualRuns(MODELS.resolve("grey"), folder);
    assertEquals(folder, Model.find(folder.resolve("config.json").toString(), temp).path());
  }

  @Test
  void aFileOfAFlatFolderStandsForTheFolder() throws IOException {
    Path folder = flat("grey");
    Model model = Model.find(folder.resolve("config.json").toString(), temp);
    assertEquals(folder, model.path());
  }

  @Test
  void foldersWithoutAnIndexRun() throws IOException {
    ModelCopies.into(temp, MODELS.resolve("latent"));
    Files.delete(temp.resolve("model_index.json"));
    assertEqualRuns(MODELS.resolve("latent"), temp);
  }

  @Test
  void aNetworkAloneRunsWithTheNoiseOfDdpmAndANote() throws IOException {
    Path bare = temp.resolve("bare/unet");
    ModelCopies.into(Files.createDirectories(bare), MODELS.resolve("rgb/unet"));
    assertEqualRuns(MODELS.resolve("rgb"), bare.getParent());
    Model model = Model.open(bare.getParent());
    assertTrue(model.notes().get(0).contains("DDPMScheduler"), model.notes()::toString);
  }

  @Test
  void wordsAndGuidanceAreRefused() throws IOException {
    try (LatentDiffusion model = load(MODELS.resolve("grey"))) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> model.textToImage(request("ddim").withPrompt("a cell", "")));
      assertTrue(e.getMessage().contains("no words"), e::getMessage);
      e =
          assertThrows(
              IllegalArgumentException.class,
              () -> model.textToImage(request("ddim").withGuidance(7)));
      assertTrue(e.getMessage().contains("guidance must be 4 "), e::getMessage);
    }
  }

  @Test
  void thePromptOfCommandsThatAreGivenNoneIsLeftOut() throws IOException {
    try (LatentDiffusion model = load(MODELS.resolve("grey"));
        Run run = model.textToImage(request("ddim").withPrompt(Prompting.EXAMPLE, ""))) {
      assertEquals("", run.request().prompting().prompt());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "classes, -1, 'one that the model knows, 0…4, but is -1'",
    "classes, 5, 'one that the model knows, 0…4, but is 5'",
    "grey, 0, 'the model knows no classes, but is 0'"
  })
  void classesThatTheModelDoesNotKnowAreRefused(String name, int label, String message)
      throws IOException {
    try (LatentDiffusion model = load(MODELS.resolve(name))) {
      Request request = request("ddim").withPrompting(Prompting.DEFAULT.withLabel(label));
      var e = assertThrows(IllegalArgumentException.class, () -> model.textToImage(request));
      assertTrue(e.getMessage().contains(message), e::getMessage);
    }
  }

  @Test
  void sizesThatTheNetworkCanNotHalveAreRefusedWithTheNearest() throws IOException {
    try (LatentDiffusion model = load(MODELS.resolve("grey"))) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> model.textToImage(request("ddim").withSize(16, 17)));
      assertTrue(e.getMessage().contains("multiple of 2"), e::getMessage);
    }
  }

  @Test
  void theFamilyIsToldInPlainWords() throws IOException {
    Model model = Model.open(MODELS.resolve("grey"));
    assertEquals("Models without words (UNet2DModel)", Families.declare(model).label());
    assertEquals(16, Families.declare(model).nativeSize());
  }
}
