/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The config files of Stable Diffusion 1.5, as far as they say sizes. */
final class Configs {

  private Configs() {}

  /** Contents by path in the model's folder. */
  static Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("unet/config.json", unet());
    all.put("vae/config.json", vae());
    all.put("text_encoder/config.json", textEncoder());
    all.put("scheduler/scheduler_config.json", scheduler());
    all.put("model_index.json", index());
    return all;
  }

  private static Map<String, Object> unet() {
    String attending = "CrossAttnDownBlock2D";
    String up = "CrossAttnUpBlock2D";
    return Map.of(
        "_class_name", "UNet2DConditionModel",
        "block_out_channels", List.of(320, 640, 1280, 1280),
        "down_block_types", List.of(attending, attending, attending, "DownBlock2D"),
        "up_block_types", List.of("UpBlock2D", up, up, up),
        "attention_head_dim", 8,
        "cross_attention_dim", 768,
        "layers_per_block", 2,
        "norm_num_groups", 32,
        "sample_size", 64);
  }

  private static Map<String, Object> vae() {
    return Map.of(
        "_class_name",
        "AutoencoderKL",
        "block_out_channels",
        List.of(128, 256, 512, 512),
        "down_block_types",
        java.util.Collections.nCopies(4, "DownEncoderBlock2D"),
        "up_block_types",
        java.util.Collections.nCopies(4, "UpDecoderBlock2D"),
        "latent_channels",
        4,
        "layers_per_block",
        2,
        "norm_num_groups",
        32,
        "sample_size",
        512,
        "scaling_factor",
        0.18215);
  }

  private static Map<String, Object> textEncoder() {
    Map<String, Object> config =
        new LinkedHashMap<>(
            Map.of(
                "architectures", List.of("CLIPTextModel"),
                "model_type", "clip_text_model",
                "hidden_size", 768,
                "intermediate_size", 3072,
                "num_attention_heads", 12,
                "num_hidden_layers", 12,
                "hidden_act", "quick_gelu",
                "max_position_embeddings", 77,
                "vocab_size", 49408));
    config.put("layer_norm_eps", 1e-5);
    config.put("projection_dim", 768);
    config.put("eos_token_id", 2);
    return config;
  }

  private static Map<String, Object> scheduler() {
    return Map.of(
        "_class_name",
        "PNDMScheduler",
        "beta_start",
        0.00085,
        "beta_end",
        0.012,
        "beta_schedule",
        "scaled_linear",
        "num_train_timesteps",
        1000,
        "set_alpha_to_one",
        false,
        "skip_prk_steps",
        true,
        "steps_offset",
        1,
        "clip_sample",
        false);
  }

  private static Map<String, Object> index() {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("_class_name", "StableDiffusionPipeline");
    index.put("_diffusers_version", "0.42.1");
    index.put("scheduler", List.of("diffusers", "PNDMScheduler"));
    index.put("text_encoder", List.of("transformers", "CLIPTextModel"));
    index.put("tokenizer", List.of("transformers", "CLIPTokenizer"));
    index.put("unet", List.of("diffusers", "UNet2DConditionModel"));
    index.put("vae", List.of("diffusers", "AutoencoderKL"));
    index.put("requires_safety_checker", false);
    return index;
  }
}
