/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import java.io.IOException;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of PixArt's transformer that its weights do not tell, with the defaults of
 * diffusers' {@code PixArtTransformer2DModel}.
 *
 * @param heads of the attention
 * @param eps of the norms of tokens
 * @param sampleSize width and height of the latents that it was trained with
 * @param interpolationScale by which places are divided
 * @param takesSizes whether it takes the picture's size and aspect ratio, as PixArt-α does
 * @param upcasts whether attention is computed in float32 in any precision
 */
record PixArtConfig(
    int heads,
    double eps,
    int sampleSize,
    double interpolationScale,
    boolean takesSizes,
    boolean upcasts) {

  private static final String NETWORK = "The transformer";
  private static final String SAMPLE_SIZE = "sample_size";
  private static final int SIZED = 128;

  /**
   * Reads the settings.
   *
   * @throws IOException if they ask for something that is not supported, naming it
   */
  static PixArtConfig of(Config config) throws IOException {
    requireOnly(config, "norm_type", "ada_norm_single");
    requireOnly(config, "activation_fn", "gelu-approximate");
    requireOnly(config, "attention_type", "default");
    refuse(config, "norm_elementwise_affine", config.flag("norm_elementwise_affine", false));
    refuse(config, "attention_bias", !config.flag("attention_bias", true));
    int sampleSize = config.integer(SAMPLE_SIZE, SIZED, 1, 4096);
    double scale = config.number("interpolation_scale", Math.max(sampleSize / 64, 1));
    refuse(config, "interpolation_scale", !(scale > 0));
    return new PixArtConfig(
        config.integer("num_attention_heads", 16, 1, 4096),
        config.number("norm_eps", 1e-6),
        sampleSize,
        scale,
        config.flag("use_additional_conditions", sampleSize == SIZED),
        config.flag("upcast_attention", false));
  }

  private static void requireOnly(Config config, String key, String value) throws IOException {
    refuse(config, key, !config.text(key, value).equals(value));
  }

  private static void refuse(Config config, String key, boolean refused) throws IOException {
    ConfigCheck.refuse(refused, NETWORK, key, config.toMap().get(key));
  }
}
