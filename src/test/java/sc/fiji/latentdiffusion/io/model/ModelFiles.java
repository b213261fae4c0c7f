/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;

/** A model's folder whose tensors are one byte each, written by tests. */
final class ModelFiles {

  private final Path folder;

  ModelFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes a whole model in diffusers' layout. */
  static ModelFiles whole(Path folder) throws IOException {
    ModelFiles files = new ModelFiles(folder);
    files.text(
        "model_index.json",
        """
        {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.30.0",
         "feature_extractor": [null, null], "requires_safety_checker": true,
         "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
         "scheduler": ["diffusers", "PNDMScheduler"],
         "text_encoder": ["transformers", "CLIPTextModel"],
         "tokenizer": ["transformers", "CLIPTokenizer"],
         "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"]}
        """);
    files.text("scheduler/scheduler_config.json", "{\"steps_offset\": 1}");
    files.text("tokenizer/tokenizer_config.json", "{\"model_max_length\": 77}");
    files.text("text_encoder/config.json", "{\"hidden_size\": 8}");
    files.text("unet/config.json", "{\"in_channels\": 4}");
    files.text("vae/config.json", "{\"latent_channels\": 4}");
    files.tensors("text_encoder/model.safetensors", "text");
    files.tensors("unet/diffusion_pytorch_model.safetensors", "unet");
    files.tensors("vae/diffusion_pytorch_model.safetensors", "vae");
    return files;
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  void text(String name, String text) throws IOException {
    Files.createDirectories(path(name).getParent());
    Files.writeString(path(name), text);
  }

  void delete(String name) throws IOException {
    if (Files.isDirectory(path(name))) {
      for (String file : path(name).toFile().list()) delete(name + "/" + file);
    }
    Files.delete(path(name));
  }

  /** Writes a safetensors file with one-byte tensors, whose values are 0, 1, 2, … */
  void tensors(String file, String... names) throws IOException {
    TensorsWritten tensors = new TensorsWritten();
    for (int i = 0; i < names.length; i++) {
      tensors.put(names[i], "U8", new long[] {1}, new byte[] {(byte) i});
    }
    tensors.write(path(file));
  }
}
