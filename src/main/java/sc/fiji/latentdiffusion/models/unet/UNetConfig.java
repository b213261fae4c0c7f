/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.nn.layers.ResnetBlock2D;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of a U-Net or a ControlNet that its weights do not tell: heads, groups, eps.
 * Unsupported settings are refused by name and value.
 */
public final class UNetConfig {

  private static final List<String> MUST_BE_ABSENT =
      List.of(
          "encoder_hid_dim",
          "encoder_hid_dim_type",
          "timestep_post_act",
          "time_embedding_act_fn",
          "time_embedding_dim",
          "cross_attention_norm");

  private static final String CROSS_ATTENTION = "UNetMidBlock2DCrossAttn";
  private static final String RESNET = "UNetMidBlock2D";

  private final String network;
  private final Config config;
  private final int levels;
  private final long timeWidth;

  /**
   * @param network whose config it is, for messages: a U-Net, or a ControlNet made like one
   * @param weights of the network
   */
  public UNetConfig(String network, Config config, Weights weights) throws IOException {
    this.network = network;
    this.config = config;
    this.levels = weights.count("down_blocks");
    this.timeWidth = LayerShapes.out(weights, "time_embedding.linear_2");
    check(network, config);
  }

  /**
   * Checks the settings alone.
   *
   * @param network whose config it is, for messages
   * @throws IOException if they ask for something that is not supported, naming it
   */
  public static void check(String network, Config config) throws IOException {
    new Check(network, config).all();
  }

  private record Check(String network, Config config) {
    void all() throws IOException {
      for (String key : MUST_BE_ABSENT) {
        refuse(key, config.has(key));
      }
      requireTypes("down_block_types", List.of("CrossAttnDownBlock2D", "DownBlock2D"));
      requireTypes("up_block_types", List.of("CrossAttnUpBlock2D", "UpBlock2D"));
      require("act_fn", List.of("silu", "swish"), "silu");
      require("time_embedding_type", List.of("positional"), "positional");
      require("attention_type", List.of("default"), "default");
      if (config.has("class_embed_type")) require("class_embed_type", List.of("timestep"), "");
      require("mid_block_type", List.of(CROSS_ATTENTION, RESNET), CROSS_ATTENTION);
      require("resnet_time_scale_shift", List.of("default", "scale_shift"), "default");
      refuse("dual_cross_attention", config.flag("dual_cross_attention", false));
      refuse("resnet_skip_time_act", config.flag("resnet_skip_time_act", false));
      refuse("class_embeddings_concat", config.flag("class_embeddings_concat", false));
      refuse("resnet_out_scale_factor", config.number("resnet_out_scale_factor", 1) != 1);
      refuse("mid_block_scale_factor", config.number("mid_block_scale_factor", 1) != 1);
      refuse("downsample_padding", config.integer("downsample_padding", 1) != 1);
    }

    private void requireTypes(String key, List<String> known) throws IOException {
      refuse(key, !known.containsAll(config.texts(key)));
    }

    private void require(String key, List<String> known, String dflt) throws IOException {
      refuse(key, !known.contains(config.text(key, dflt)));
    }

    private void refuse(String key, boolean refused) throws IOException {
      ConfigCheck.refuse(refused, network, key, config.toMap().get(key));
    }
  }

  Config config() {
    return config;
  }

  int groups() {
    return config.integer("norm_num_groups", 32);
  }

  double eps() {
    return config.number("norm_eps", 1e-5);
  }

  boolean centerInputSample() {
    return config.flag("center_input_sample", false);
  }

  /**
   * @param i level counted from the full size, 0 …
   */
  Level level(int i) throws IOException {
    return new Level(this, heads(i), onlyCross(i));
  }

  /** The middle block's: as the lowest level, but its first attention looks at the image. */
  Level middle() throws IOException {
    return new Level(this, heads(levels - 1), false);
  }

  /**
   * Checks the middle block: two resnets with an attention between them, one resnet alone (SSD-1B,
   * Segmind Vega), or nothing (KOALA-700M).
   *
   * @throws IOException if it is none of them, or not the one that the config names
   */
  void requireMiddle(int resnets, int attentions) throws IOException {
    String type = config.text("mid_block_type", "");
    boolean none = resnets == 0 && attentions == 0 && type.isEmpty();
    boolean alone = resnets == 1 && attentions == 0 && !type.equals(CROSS_ATTENTION);
    boolean cross = resnets > 1 && attentions == resnets - 1 && !type.equals(RESNET);
    if (none || alone || cross) return;
    throw new IOException(
        network
            + " has "
            + resnets
            + " resnets and "
            + attentions
            + " attentions in its middle block; expected 2 and 1, or 1 and 0"
            + (type.isEmpty() ? ", or none" : "")
            + ". Its config's mid_block_type is "
            + (type.isEmpty() ? "not given" : type)
            + ": the file is damaged, or config and weights belong to different models.");
  }

  /** {@code attention_head_dim} holds the number of heads, by an old mistake of names. */
  private int heads(int level) throws IOException {
    List<Integer> heads = config.integers("num_attention_heads");
    if (heads.isEmpty()) {
      heads = config.integers("attention_head_dim");
    }
    return heads.isEmpty() ? 8 : perLevel(heads, level, "attention_head_dim");
  }

  private int perLevel(List<Integer> values, int level, String key) throws IOException {
    if (values.size() == 1) {
      return values.get(0);
    }
    if (values.size() != levels) {
      throw new IOException(
          key
              + " of "
              + network
              + "'s config has "
              + values.size()
              + " values; expected one for each of "
              + levels
              + " levels.");
    }
    return values.get(level);
  }

  private boolean onlyCross(int level) {
    Object value = config.toMap().get("only_cross_attention");
    if (value instanceof List<?> list) {
      return level < list.size() && Boolean.TRUE.equals(list.get(level));
    }
    return Boolean.TRUE.equals(value);
  }

  /** How the blocks of one level are made. */
  record Level(UNetConfig unet, int heads, boolean onlyCross) {

    /** Those of a block. */
    List<ResnetBlock2D> resnets(Weights block) throws IOException {
      boolean scaleShift =
          unet.config.text("resnet_time_scale_shift", "default").equals("scale_shift");
      List<ResnetBlock2D> resnets = new ArrayList<>();
      for (Weights w : block.each("resnets")) {
        resnets.add(new ResnetBlock2D(w, unet.groups(), unet.eps(), unet.timeWidth, scaleShift));
      }
      return resnets;
    }

    /** The attentions to the prompt of a block; may be none. */
    List<Transformer2DModel> transformers(Weights block) throws IOException {
      boolean upcast = unet.config.flag("upcast_attention", false);
      List<Transformer2DModel> transformers = new ArrayList<>();
      for (Weights w : block.each("attentions")) {
        transformers.add(new Transformer2DModel(w, unet.groups(), heads, onlyCross, upcast));
      }
      return transformers;
    }
  }
}
