/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings as other programs write them, and what becomes of each. */
class PictureSettingsTest {

  private static final List<String> KEYS =
      List.of(
          "model",
          "width",
          "height",
          "steps",
          "strength",
          "guidance",
          "scheduler",
          "seed",
          "clipskip",
          "rescale",
          "spacing",
          "rng",
          "vae",
          "lora",
          "prompt",
          "negative");

  /** The chunk IEND. */
  private static final byte[] END = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82
  };

  @TempDir Path folder;

  private Found found(String keyword, String text) throws IOException {
    Found found = new Found(KEYS, values -> {});
    PictureSettings.read(png(PngChunks.chunk(keyword, text)), KEYS, found);
    return found;
  }

  private Path png(byte[]... chunks) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(PngChunks.SIGNATURE);
    for (byte[] chunk : chunks) png.writeBytes(chunk);
    png.writeBytes(END);
    return Files.write(folder.resolve("x.png"), png.toByteArray());
  }

  private static Found.Row row(Found found, String name) {
    return found.rows().stream().filter(row -> row.found().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void settingsOfAutomatic1111() throws IOException {
    Found found =
        found(
            "parameters",
            "cells <lora:ink:0.8>, (many:1.2)\nand more\nNegative prompt: blurry,\nlow contrast\n"
                + "Steps: 25, Sampler: DPM++ 2M, Schedule type: Automatic, CFG scale: 6.5, Seed:"
                + " 3000000000000, Size: 512x768, Model hash: 6ce0161689, Model:"
                + " v1-5-pruned-emaonly, VAE: vae-ft-mse, Denoising strength: 0.6, Clip skip: 2,"
                + " ENSD: 31337, Lora hashes: \"ink: 1234abcd, x: 1\", Variation seed: 7, Version:"
                + " v1.9.4");
    Map<String, String> values = found.values();
    assertEquals("cells , (many:1.2)\nand more", values.get("prompt"));
    assertEquals("blurry,\nlow contrast", values.get("negative"));
    assertEquals("ink:0.8", values.get("lora"));
    assertEquals("25", values.get("steps"));
    assertEquals("dpmpp_2m_k", values.get("scheduler"));
    assertEquals("6.5", values.get("guidance"));
    assertEquals("3000000000000", values.get("seed"));
    assertEquals("512", values.get("width"));
    assertEquals("768", values.get("height"));
    assertEquals("v1-5-pruned-emaonly", values.get("model"));
    assertEquals("vae-ft-mse", values.get("vae"));
    assertEquals("0.6", values.get("strength"));
    assertEquals("2", values.get("clipskip"));
    assertEquals("cuda", values.get("rng"), "nothing said: the GPU's");
    assertEquals("no counterpart", row(found, "ENSD").note());
    assertEquals("no counterpart", row(found, "Variation seed").note());
    assertEquals("ink: 1234abcd, x: 1", row(found, "Lora hashes").value());
    assertEquals("", row(found, "Version").note());
  }

  @Test
  void oldAndOddTextsOfAutomatic1111() throws IOException {
    Found old =
        found("parameters", "Steps: 20, Sampler: Euler a Karras, Seed: 5, RNG: CPU, Eta: 0.5");
    assertEquals("", old.values().get("prompt"));
    assertEquals("torch", old.values().get("rng"));
    assertEquals("euler_a", old.values().get("scheduler"));
    assertEquals("karras", old.values().get("spacing"));
    Found fast = found("parameters", "a\nSteps: 20, Sampler: DPM fast, CFG scale: 7, Seed: 5");
    assertEquals("no counterpart", row(fast, "Sampler").note());
    assertTrue(!fast.values().containsKey("scheduler"));
    Found hires =
        found(
            "parameters",
            "a\nSteps: 20, Seed: 1, Denoising strength: 0.5, Hires upscale: 2, Size: wide");
    assertEquals("no counterpart", row(hires, "Denoising strength").note());
    assertEquals("no counterpart", row(hires, "Hires upscale").note());
    assertEquals("no counterpart", row(hires, "Size").note());
  }

  @Test
  void lorasThatContradictAreNotedWithThePrompt() throws IOException {
    Found found =
        found("parameters", "<lora:x:1> <lora:x:2>\nSteps: 20, Sampler: Euler, CFG scale: 7");
    assertEquals("<lora:x:1> <lora:x:2>", found.values().get("prompt"));
    assertTrue(row(found, "prompt").note().contains("another weight"));
  }

  @Test
  void settingsOfComfyUi() throws IOException {
    Found found =
        found(
            "prompt",
            """
            {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd\\\\v1.safetensors"}},
             "2": {"class_type": "LoraLoader", "inputs": {"lora_name": "ink.safetensors",
               "strength_model": 0.8, "strength_clip": 0.5, "model": ["1", 0], "clip": ["1", 1]}},
             "3": {"class_type": "CLIPSetLastLayer", "inputs": {"stop_at_clip_layer": -2, "clip": ["2", 1]}},
             "4": {"class_type": "CLIPTextEncode", "inputs": {"text": ["12", 0], "clip": ["3", 0]}},
             "5": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["3", 0]}},
             "6": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 640, "batch_size": 2}},
             "7": {"class_type": "RescaleCFG", "inputs": {"multiplier": 0.7, "model": ["2", 0]}},
             "8": {"class_type": "KSampler", "inputs": {"seed": ["11", 0], "steps": 30, "cfg": 7.5,
               "sampler_name": "euler_ancestral", "scheduler": "beta", "denoise": 1.0, "model": ["7", 0],
               "positive": ["13", 0], "negative": ["13", 1], "latent_image": ["6", 0]}},
             "9": {"class_type": "VAEDecode", "inputs": {"samples": ["8", 0], "vae": ["14", 0]}},
             "10": {"class_type": "SaveImage", "inputs": {"images": ["9", 0]}},
             "11": {"class_type": "PrimitiveInt", "inputs": {"value": 77}},
             "12": {"class_type": "StringNode", "inputs": {"string": "cells"}},
             "13": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["4", 0],
               "negative": ["5", 0], "control_net": ["15", 0], "strength": 1}},
             "14": {"class_type": "VAELoader", "inputs": {"vae_name": "mse.safetensors"}},
             "15": {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "canny.pth"}}}
            """);
    Map<String, String> values = found.values();
    assertEquals("cells", values.get("prompt"));
    assertEquals("blurry", values.get("negative"));
    assertEquals("77", values.get("seed"));
    assertEquals("30", values.get("steps"));
    assertEquals("7.5", values.get("guidance"));
    assertEquals("euler_a", values.get("scheduler"));
    assertEquals("beta_t", values.get("spacing"));
    assertEquals("ComfyUI's steps draw other noise", row(found, "sampler_name").note());
    assertEquals("torch", values.get("rng"));
    assertEquals("512", values.get("width"));
    assertEquals("640", values.get("height"));
    assertEquals("v1", values.get("model"));
    assertEquals("mse", values.get("vae"));
    assertEquals("ink:0.8", values.get("lora"));
    assertEquals("the text encoder's weight is 0.5 there", row(found, "lora_name").note());
    assertEquals("0.7", values.get("rescale"));
    assertEquals("2", values.get("clipskip"));
    assertEquals("canny.pth", row(found, "ControlNet").value());
    assertEquals("", row(found, "batch_size").key());
  }

  @Test
  void samplersOfSeveralNodesAndLoopsOfComfyUi() throws IOException {
    Found found =
        found(
            "prompt",
            """
            {"1": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["2", 0], "guider": ["3", 0],
               "sampler": ["4", 0], "sigmas": ["5", 0], "latent_image": ["6", 0]}},
             "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 9}},
             "3": {"class_type": "CFGGuider", "inputs": {"cfg": 3, "positive": ["8", 0], "model": ["7", 0]}},
             "4": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "dpmpp_2m"}},
             "5": {"class_type": "BasicScheduler", "inputs": {"scheduler": "karras", "steps": 12, "denoise": 0.4}},
             "6": {"class_type": "VAEEncode", "inputs": {"pixels": ["6", 0]}},
             "7": {"class_type": "A", "inputs": {"model": ["7", 0], "ckpt_name": "m.ckpt"}},
             "8": {"class_type": "B", "inputs": {"positive": ["8", 0], "text": ["8", 0]}}}
            """);
    Map<String, String> values = found.values();
    assertEquals("9", values.get("seed"));
    assertEquals("12", values.get("steps"));
    assertEquals("3", values.get("guidance"));
    assertEquals("dpmpp_2m_k", values.get("scheduler"));
    assertEquals("0.4", values.get("strength"));
    assertEquals("m", values.get("model"));
    assertEquals("made from an image", row(found, "latent_image").note());
  }

  @Test
  void settingsOfInvokeAi() throws IOException {
    Found found =
        found(
            "invokeai_metadata",
            """
            {"app_version": "5.6.0", "generation_mode": "txt2img", "positive_prompt": "cells",
             "negative_prompt": "blurry", "width": 512, "height": 512, "seed": 42, "rand_device": "cuda:0",
             "cfg_scale": 7.5, "cfg_rescale_multiplier": 0.2, "steps": 30, "scheduler": "euler_k",
             "clip_skip": 1, "model": {"name": "sd15", "base": "sd-1"}, "strength": 0.7, "seamless_x": false,
             "vae": {"name": "mse"}, "loras": [{"model": {"name": "ink"}, "weight": 0.75}], "board_id": null}
            """);
    assertEquals(
        Map.ofEntries(
            Map.entry("prompt", "cells"),
            Map.entry("negative", "blurry"),
            Map.entry("width", "512"),
            Map.entry("height", "512"),
            Map.entry("seed", "42"),
            Map.entry("rng", "cuda"),
            Map.entry("guidance", "7.5"),
            Map.entry("rescale", "0.2"),
            Map.entry("steps", "30"),
            Map.entry("scheduler", "euler_k"),
            Map.entry("clipskip", "2"),
            Map.entry("model", "sd15"),
            Map.entry("strength", "0.7"),
            Map.entry("vae", "mse"),
            Map.entry("lora", "ink:0.75")),
        found.values());
    assertEquals("for Image to Image, by another rule", row(found, "strength").note());
    assertEquals("no counterpart", row(found, "seamless_x").note());
  }

  @Test
  void valuesThatAreRefusedAreNotedAndLeft() throws IOException {
    Found found =
        new Found(
            List.of("steps", "prompt"),
            values -> {
              if ("0".equals(values.get("steps"))) throw new IllegalArgumentException("too few");
            });
    byte[] chunk = PngChunks.chunk("parameters", "a\nSteps: 0, Sampler: Euler, Seed: 1");
    PictureSettings.read(png(chunk), List.of("steps", "prompt"), found);
    assertEquals(Map.of("prompt", "a"), found.values());
    assertEquals("too few", row(found, "Steps").note());
    assertEquals("no counterpart in this version", row(found, "Seed").note());
  }

  @Test
  void picturesWithoutSettingsAreRefused() throws IOException {
    for (String text : List.of("a holiday", "Steps: 2", "")) {
      IOException e = assertThrows(IOException.class, () -> found("parameters", text));
      assertTrue(e.getMessage().contains("x.png holds no settings"), e.getMessage());
      assertTrue(e.getMessage().contains("texts named parameters"), e.getMessage());
    }
    Path plain = Files.writeString(folder.resolve("plain.txt"), "Steps: 20");
    Found none = new Found(KEYS, values -> {});
    IOException e = assertThrows(IOException.class, () -> PictureSettings.read(plain, KEYS, none));
    assertTrue(
        e.getMessage().contains("plain.txt holds no settings that are read here, but no text"));
    Path missing = folder.resolve("no.png");
    assertThrows(IOException.class, () -> PictureSettings.read(missing, KEYS, none));
    for (String json : List.of("{", "[]", "1", "{}", "{\"1\": {\"class_type\": 1}}")) {
      assertThrows(IOException.class, () -> found("prompt", json), json);
    }
  }
}
