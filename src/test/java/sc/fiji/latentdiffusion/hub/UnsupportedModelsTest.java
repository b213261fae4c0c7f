/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.library.ModelSummary;

/**
 * Models whose settings tell that they can't be run here: their weights are not brought, and lists
 * of models say why.
 */
class UnsupportedModelsTest {

  @TempDir Path folder;

  private static JsonObject changed(String settings, String key, String value) {
    JsonObject json = JsonParser.parseString(settings).getAsJsonObject();
    json.add(key, JsonParser.parseString(value));
    return json;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "unet/config.json|class_embed_type|\"projection\"",
        "unet/config.json|mid_block_type|\"UNetMidBlock2DSimpleCrossAttn\"",
        "unet/config.json|down_block_types|[\"SimpleCrossAttnDownBlock2D\"]",
        "unet/config.json|_class_name|\"UNet3DConditionModel\"",
        "unet/config.json|in_channels|7",
        "unet/config.json|encoder_hid_dim|4096",
        "vae/config.json|_class_name|\"AsymmetricAutoencoderKL\"",
        "vae/config.json|latents_mean|[0.1]",
        "scheduler/scheduler_config.json|prediction_type|\"flow_prediction\"",
        "scheduler/scheduler_config.json|beta_schedule|\"sigmoid\"",
        "text_encoder/config.json|architectures|[\"BertModel\"]",
        "text_encoder/config.json|model_type|\"bert\"",
        "text_encoder/config.json|hidden_act|\"relu\"",
        "model_index.json|_class_name|\"StableDiffusionInstructPix2PixPipeline\"",
        "model_index.json|_class_name|\"AnimateDiffPipeline\"",
        "model_index.json|_class_name|\"StableDiffusionLatentUpscalePipeline\"",
        "model_index.json|unet|[\"diffusers\", \"UNetMotionModel\"]",
      })
  void theirWeightsAreNotBroughtAndListsSayWhy(String file, String key, String value)
      throws IOException {
    String found = value.replaceAll(".*, |[\\[\\]\"]", "");
    Path home = folder.resolve("download");
    try (HubDownloads model = new HubDownloads(home)) {
      model.hub.put("vae/config.json", "{\"latent_channels\": 4}");
      String settings = new String(model.hub.files.get(file));
      model.hub.put(file, changed(settings, key, value).toString());
      String message = model.failure();
      assertTrue(message.startsWith("owner/name can't be run here: "), message);
      assertTrue(message.endsWith(". Nothing is downloaded."), message);
      assertTrue(message.contains(found), message);
      assertFalse(model.hub.seen.stream().anyMatch(seen -> seen.path().endsWith(".safetensors")));
      assertFalse(Files.exists(home) && !model.found().isEmpty());
    }
    Path copy = folder.resolve("copy");
    ModelCopies.into(copy, TestResources.SD1);
    Path changed = copy.resolve(file);
    Files.writeString(changed, changed(Files.readString(changed), key, value).toString());
    String problem = ModelSummary.of("copy", copy).problem();
    assertTrue(problem.contains(found), problem);
  }

  @ParameterizedTest
  @CsvSource({
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "StableDiffusionInpaintPipeline",
    "StableDiffusionControlNetPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusionXLImg2ImgPipeline",
    "LatentConsistencyModelPipeline"
  })
  void pipelinesOfOrdinaryModelsAreNone(String pipeline) throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      String settings = new String(model.hub.files.get("model_index.json"));
      String index = changed(settings, "_class_name", "\"" + pipeline + "\"").toString();
      model.hub.put("model_index.json", index);
      model.plan();
    }
  }

  @Test
  void aComponentThatTheIndexLacksIsNamed() throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      String settings = new String(model.hub.files.get("model_index.json"));
      model.hub.put("model_index.json", changed(settings, "vae", "[\"AutoencoderKL\"]").toString());
      assertTrue(model.failure().contains("model_index.json names no component vae"));
    }
  }

  @Test
  void settingsThatAreMissingAreNamed() throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      model.hub.files.remove("unet/config.json");
      assertTrue(model.failure().contains("is incomplete: it lacks unet/config.json"));
      assertEquals(Set.of(), model.found());
    }
  }
}
