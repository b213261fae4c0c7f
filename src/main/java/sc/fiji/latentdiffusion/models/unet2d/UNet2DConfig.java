/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.ImageAttention;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of a U-Net without prompts that its weights do not tell, with the defaults of
 * diffusers' {@code UNet2DModel}. Settings that are not supported are refused by name and value.
 *
 * @param groups of the norms
 * @param eps of the norms
 * @param headWidth channels of an attention's head; 0 for one head of all channels
 * @param middleGroups of the norm before the middle's attention; 0 without a norm
 * @param middleDivisor divides the results of the middle's layers
 * @param scaleShift whether the time's embedding scales and shifts the second norm's result
 * @param padsRightBottom whether convolutions that halve pad right and bottom by one, instead of
 *     all sides
 * @param centersInput whether the input x becomes 2x − 1
 */
record UNet2DConfig(
    int groups,
    double eps,
    int headWidth,
    int middleGroups,
    double middleDivisor,
    boolean scaleShift,
    boolean padsRightBottom,
    boolean centersInput) {

  private static final String NETWORK = "The U-Net";
  private static final String SCALE_SHIFT = "scale_shift";
  private static final String HEAD_WIDTH = "attention_head_dim";

  /** Reads settings that {@link #check} found to be supported. */
  static UNet2DConfig of(Config config) {
    boolean scaleShift = config.text("resnet_time_scale_shift", "default").equals(SCALE_SHIFT);
    int groups = config.integer("norm_num_groups", 32);
    return new UNet2DConfig(
        groups,
        config.number("norm_eps", 1e-5),
        config.toMap().containsKey(HEAD_WIDTH) ? config.integer(HEAD_WIDTH, 0) : 8,
        config.integer("attn_norm_num_groups", scaleShift ? 0 : groups),
        config.number("mid_block_scale_factor", 1),
        scaleShift,
        config.integer("downsample_padding", 1) == 0,
        config.flag("center_input_sample", false));
  }

  /**
   * Builds the resnets of a block.
   *
   * @param block its place
   * @param timeWidth width of the time's embedding
   * @throws IOException if a tensor is missing or has another shape
   */
  List<ResnetBlock2D> resnets(Weights block, long timeWidth) throws IOException {
    List<ResnetBlock2D> resnets = new ArrayList<>();
    for (Weights place : block.each("resnets")) {
      resnets.add(new ResnetBlock2D(place, groups, eps, timeWidth, scaleShift));
    }
    return resnets;
  }

  /**
   * Builds the attentions of a block; may be none.
   *
   * @param block its place
   * @param normGroups of the norm before each; 0 without one
   * @throws IOException if a tensor is missing or has another shape
   */
  List<ImageAttention> attentions(Weights block, int normGroups) throws IOException {
    List<ImageAttention> attentions = new ArrayList<>();
    for (Weights place : block.each("attentions")) {
      attentions.add(new ImageAttention(place, normGroups, eps, headWidth));
    }
    return attentions;
  }

  /**
   * Checks the settings alone.
   *
   * @throws IOException if they ask for something that is not supported, naming it
   */
  static void check(Config config) throws IOException {
    requireAll(config, "down_block_types", List.of("DownBlock2D", "AttnDownBlock2D"));
    requireAll(config, "up_block_types", List.of("UpBlock2D", "AttnUpBlock2D"));
    require(config, "mid_block_type", "UNetMidBlock2D", "UNetMidBlock2D");
    require(config, "act_fn", "silu", "silu", "swish");
    require(config, "downsample_type", "conv", "conv");
    require(config, "upsample_type", "conv", "conv");
    require(config, "resnet_time_scale_shift", "default", "default", SCALE_SHIFT);
    require(config, "time_embedding_type", "positional", "positional", "fourier");
    require(config, "class_embed_type", "timestep", "timestep");
    int padding = config.integer("downsample_padding", 1);
    refuse(config, "downsample_padding", padding < 0 || padding > 1);
    refuse(config, "mid_block_scale_factor", config.number("mid_block_scale_factor", 1) == 0);
    requireNoVariance(config);
  }

  private static void requireAll(Config config, String key, List<String> known) throws IOException {
    for (String type : config.texts(key)) {
      ConfigCheck.refuse(!known.contains(type), NETWORK, key, type);
    }
  }

  private static void require(Config config, String key, String dflt, String... known)
      throws IOException {
    refuse(config, key, !List.of(known).contains(config.text(key, dflt)));
  }

  private static void refuse(Config config, String key, boolean refused) throws IOException {
    ConfigCheck.refuse(refused, NETWORK, key, config.toMap().get(key));
  }

  /** Twice as many channels out as in: the network predicts its variance, too. */
  private static void requireNoVariance(Config config) throws IOException {
    int in = config.integer("in_channels", 3);
    int out = config.integer("out_channels", 3);
    if (out <= in) return;
    throw new IOException(
        NETWORK
            + "'s config has in_channels = "
            + in
            + " and out_channels = "
            + out
            + (out == 2 * in ? ": it predicts a variance beside the noise, which is" : ", which is")
            + " not supported. Expected as many channels out as in. Choose another model.");
  }
}
