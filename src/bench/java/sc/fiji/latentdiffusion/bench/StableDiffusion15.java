/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.util.Map;

/** Stable Diffusion 1.5's three networks. */
final class StableDiffusion15 implements Sizes {

  private static final int[] UNET = {320, 640, 1280, 1280};
  private static final int[] VAE = {128, 256, 512, 512};
  private static final int TEMB = 1280;
  private static final int TEXT = 768;
  private static final int TEXT_LAYERS = 12;
  private static final int TOKENS = 77;
  private static final int VOCABULARY = 49408;

  @Override
  public Map<String, Map<String, long[]>> networks() {
    return Map.of(
        "unet/diffusion_pytorch_model.safetensors", unet(),
        "vae/diffusion_pytorch_model.safetensors", vae(),
        "text_encoder/model.safetensors", textEncoder());
  }

  @Override
  public Map<String, Object> configs() {
    return Configs.all();
  }

  private static Map<String, long[]> unet() {
    Shapes s = new Shapes();
    s.conv("conv_in", 4, UNET[0], 3);
    s.linear("time_embedding.linear_1", UNET[0], TEMB);
    s.linear("time_embedding.linear_2", TEMB, TEMB);
    for (int i = 0; i < 4; i++) down(s, i);
    middle(s);
    for (int i = 0; i < 4; i++) up(s, i);
    s.norm("conv_norm_out", UNET[0]);
    s.conv("conv_out", UNET[0], 4, 3);
    return s.all();
  }

  private static void down(Shapes s, int i) {
    String block = "down_blocks." + i;
    int in = UNET[Math.max(0, i - 1)];
    for (int j = 0; j < 2; j++) {
      s.resnet(block + ".resnets." + j, j == 0 ? in : UNET[i], UNET[i], TEMB);
      if (i < 3) transformer(s, block + ".attentions." + j, UNET[i]);
    }
    if (i < 3) s.conv(block + ".downsamplers.0.conv", UNET[i], UNET[i], 3);
  }

  private static void middle(Shapes s) {
    s.resnet("mid_block.resnets.0", UNET[3], UNET[3], TEMB);
    transformer(s, "mid_block.attentions.0", UNET[3]);
    s.resnet("mid_block.resnets.1", UNET[3], UNET[3], TEMB);
  }

  private static void up(Shapes s, int i) {
    String block = "up_blocks." + i;
    int out = UNET[3 - i];
    int before = UNET[Math.min(3, 4 - i)];
    int skip = UNET[Math.max(0, 2 - i)];
    for (int j = 0; j < 3; j++) {
      int in = (j == 0 ? before : out) + (j == 2 ? skip : out);
      s.resnet(block + ".resnets." + j, in, out, TEMB);
      if (i > 0) transformer(s, block + ".attentions." + j, out);
    }
    if (i < 3) s.conv(block + ".upsamplers.0.conv", out, out, 3);
  }

  private static void transformer(Shapes s, String name, int c) {
    s.norm(name + ".norm", c);
    s.conv(name + ".proj_in", c, c, 1);
    String block = name + ".transformer_blocks.0";
    for (int i = 1; i <= 3; i++) s.norm(block + ".norm" + i, c);
    attention(s, block + ".attn1", c, c);
    attention(s, block + ".attn2", c, TEXT);
    s.linear(block + ".ff.net.0.proj", c, 8L * c);
    s.linear(block + ".ff.net.2", 4L * c, c);
    s.conv(name + ".proj_out", c, c, 1);
  }

  private static void attention(Shapes s, String name, int c, int context) {
    s.matrix(name + ".to_q", c, c);
    s.matrix(name + ".to_k", context, c);
    s.matrix(name + ".to_v", context, c);
    s.linear(name + ".to_out.0", c, c);
  }

  private static Map<String, long[]> vae() {
    Shapes s = new Shapes();
    s.conv("encoder.conv_in", 3, VAE[0], 3);
    for (int i = 0; i < 4; i++) {
      String block = "encoder.down_blocks." + i;
      s.resnet(block + ".resnets.0", VAE[Math.max(0, i - 1)], VAE[i], 0);
      s.resnet(block + ".resnets.1", VAE[i], VAE[i], 0);
      if (i < 3) s.conv(block + ".downsamplers.0.conv", VAE[i], VAE[i], 3);
    }
    vaeMiddle(s, "encoder.mid_block");
    s.norm("encoder.conv_norm_out", VAE[3]);
    s.conv("encoder.conv_out", VAE[3], 8, 3);
    s.conv("quant_conv", 8, 8, 1);
    s.conv("post_quant_conv", 4, 4, 1);
    s.conv("decoder.conv_in", 4, VAE[3], 3);
    vaeMiddle(s, "decoder.mid_block");
    for (int i = 0; i < 4; i++) {
      String block = "decoder.up_blocks." + i;
      int out = VAE[3 - i];
      for (int j = 0; j < 3; j++)
        s.resnet(block + ".resnets." + j, j == 0 ? VAE[Math.min(3, 4 - i)] : out, out, 0);
      if (i < 3) s.conv(block + ".upsamplers.0.conv", out, out, 3);
    }
    s.norm("decoder.conv_norm_out", VAE[0]);
    s.conv("decoder.conv_out", VAE[0], 3, 3);
    return s.all();
  }

  private static void vaeMiddle(Shapes s, String name) {
    s.resnet(name + ".resnets.0", VAE[3], VAE[3], 0);
    s.norm(name + ".attentions.0.group_norm", VAE[3]);
    for (String part : new String[] {"to_q", "to_k", "to_v", "to_out.0"})
      s.linear(name + ".attentions.0." + part, VAE[3], VAE[3]);
    s.resnet(name + ".resnets.1", VAE[3], VAE[3], 0);
  }

  private static Map<String, long[]> textEncoder() {
    Shapes s = new Shapes();
    s.tensor("text_model.embeddings.token_embedding.weight", VOCABULARY, TEXT);
    s.tensor("text_model.embeddings.position_embedding.weight", TOKENS, TEXT);
    for (int i = 0; i < TEXT_LAYERS; i++) {
      String layer = "text_model.encoder.layers." + i;
      s.norm(layer + ".layer_norm1", TEXT);
      for (String part : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"})
        s.linear(layer + ".self_attn." + part, TEXT, TEXT);
      s.norm(layer + ".layer_norm2", TEXT);
      s.linear(layer + ".mlp.fc1", TEXT, 4L * TEXT);
      s.linear(layer + ".mlp.fc2", 4L * TEXT, TEXT);
    }
    s.norm("text_model.final_layer_norm", TEXT);
    return s.all();
  }
}
