/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.util.List;
import java.util.Map;

/** The U-Net of google/ddpm-celebahq-256, which knows no words and works on pixels. */
final class Ddpm implements Sizes {

  private static final int[] WIDTHS = {128, 128, 256, 256, 512, 512};
  private static final int LEVELS = WIDTHS.length;
  private static final int LAYERS = 2;
  private static final int TEMB = 4 * WIDTHS[0];

  /** The level with attention. */
  private static final int ATTENDING = 4;

  @Override
  public Map<String, Map<String, long[]>> networks() {
    return Map.of("unet/diffusion_pytorch_model.safetensors", unet());
  }

  private static Map<String, long[]> unet() {
    Shapes s = new Shapes();
    s.conv("conv_in", 3, WIDTHS[0], 3);
    s.linear("time_embedding.linear_1", WIDTHS[0], TEMB);
    s.linear("time_embedding.linear_2", TEMB, TEMB);
    for (int i = 0; i < LEVELS; i++) down(s, i);
    int lowest = WIDTHS[LEVELS - 1];
    s.resnet("mid_block.resnets.0", lowest, lowest, TEMB);
    attention(s, "mid_block.attentions.0", lowest);
    s.resnet("mid_block.resnets.1", lowest, lowest, TEMB);
    for (int i = 0; i < LEVELS; i++) up(s, i);
    s.norm("conv_norm_out", WIDTHS[0]);
    s.conv("conv_out", WIDTHS[0], 3, 3);
    return s.all();
  }

  private static void down(Shapes s, int level) {
    String block = "down_blocks." + level;
    int out = WIDTHS[level];
    for (int j = 0; j < LAYERS; j++) {
      int in = j == 0 ? WIDTHS[Math.max(0, level - 1)] : out;
      s.resnet(block + ".resnets." + j, in, out, TEMB);
      if (level == ATTENDING) attention(s, block + ".attentions." + j, out);
    }
    if (level < LEVELS - 1) s.conv(block + ".downsamplers.0.conv", out, out, 3);
  }

  private static void up(Shapes s, int i) {
    String block = "up_blocks." + i;
    int level = LEVELS - 1 - i;
    int out = WIDTHS[level];
    for (int j = 0; j <= LAYERS; j++) {
      int in = j == 0 ? WIDTHS[Math.min(LEVELS - 1, level + 1)] : out;
      int skip = j == LAYERS ? WIDTHS[Math.max(0, level - 1)] : out;
      s.resnet(block + ".resnets." + j, in + skip, out, TEMB);
      if (level == ATTENDING) attention(s, block + ".attentions." + j, out);
    }
    if (level > 0) s.conv(block + ".upsamplers.0.conv", out, out, 3);
  }

  private static void attention(Shapes s, String name, int width) {
    s.norm(name + ".group_norm", width);
    for (String part : List.of("to_q", "to_k", "to_v", "to_out.0"))
      s.linear(name + "." + part, width, width);
  }

  @Override
  public Map<String, Object> configs() {
    return Map.of(
        "unet/config.json",
        unetConfig(),
        "scheduler/scheduler_config.json",
        Map.of("_class_name", "DDPMScheduler", "num_train_timesteps", 1000, "clip_sample", true),
        "model_index.json",
        Map.of(
            "_class_name",
            "DDPMPipeline",
            "_diffusers_version",
            "0.42.1",
            "scheduler",
            List.of("diffusers", "DDPMScheduler"),
            "unet",
            List.of("diffusers", "UNet2DModel")));
  }

  private static Map<String, Object> unetConfig() {
    String down = "DownBlock2D";
    String up = "UpBlock2D";
    return Map.of(
        "_class_name",
        "UNet2DModel",
        "block_out_channels",
        WIDTHS,
        "down_block_types",
        List.of(down, down, down, down, "AttnDownBlock2D", down),
        "up_block_types",
        List.of(up, "AttnUpBlock2D", up, up, up, up),
        "layers_per_block",
        LAYERS,
        "downsample_padding",
        0,
        "flip_sin_to_cos",
        false,
        "freq_shift",
        1,
        "norm_eps",
        1e-6,
        "sample_size",
        256);
  }
}
