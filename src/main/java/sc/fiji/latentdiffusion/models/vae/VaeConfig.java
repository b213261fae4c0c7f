/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings that both halves of a variational autoencoder share (Kingma and Welling 2013;
 * Rombach et al. 2022, section 3.1).
 *
 * @param latentChannels of a latent
 * @param scale from the encoder's means to latents of unit variance
 * @param memory how much encoding and decoding take
 */
public record VaeConfig(int latentChannels, VaeScale scale, VaeMemory memory) {

  /** The scaling factor of a config that names none. */
  public static final double SCALING_FACTOR = 0.18215;

  /** The name of the whole in messages. */
  static final String NAME = "The VAE";

  private static final List<String> SUPPORTED_BLOCKS =
      List.of(
          "DownEncoderBlock2D",
          "AttnDownEncoderBlock2D",
          "UpDecoderBlock2D",
          "AttnUpDecoderBlock2D");

  /** The overlap of tiles, in pixels of the latents. */
  private static final int OVERLAP = 24;

  /**
   * Reads.
   *
   * @param weights of the whole
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing, or the config asks for something unsupported
   */
  static VaeConfig of(Weights weights, Config config) throws IOException {
    check(config);
    int channels =
        weights.has(Codebook.TENSOR)
            ? (int) LayerShapes.in(weights, Codebook.PLACE + ".embedding")
            : (int) LayerShapes.in(weights, "decoder.conv_in");
    return new VaeConfig(channels, VaeScale.of(config, channels), VaeMemory.of(weights));
  }

  /**
   * Checks the settings alone.
   *
   * @throws IOException if they ask for something that is not supported, naming it
   */
  public static void check(Config config) throws IOException {
    for (String key : List.of("down_block_types", "up_block_types")) {
      for (String type : config.texts(key)) {
        refuse(key, type, !SUPPORTED_BLOCKS.contains(type));
      }
    }
    String act = config.text("act_fn", "silu");
    refuse("act_fn", act, !List.of("silu", "swish").contains(act));
    String norm = config.text("norm_type", "group");
    refuse("norm_type", norm, !norm.equals("group"));
    boolean looksUp = config.flag("lookup_from_codebook", false);
    refuse("lookup_from_codebook", looksUp, looksUp);
    VaeScale.of(config, config.integer("latent_channels", 4)); // refuses wrong values
  }

  private static void refuse(String key, Object value, boolean refused) throws IOException {
    ConfigCheck.refuse(refused, NAME, key, value);
  }

  /** Returns how many pixels of the picture's width one of the latents' covers, for example 8. */
  public int factor() {
    return memory.factor();
  }

  /** Returns whether a picture is encoded and decoded in tiles that overlap. */
  public boolean isTiled(long width, long height) {
    return memory.isTiled(width, height);
  }

  /** Tiles of a picture that become latents. */
  Tiles ofPicture() {
    return new Tiles(VaeMemory.TILE * factor(), OVERLAP * factor(), 1.0 / factor());
  }

  /** Tiles of latents that become a picture. */
  Tiles ofLatents() {
    return new Tiles(VaeMemory.TILE, OVERLAP, factor());
  }
}
