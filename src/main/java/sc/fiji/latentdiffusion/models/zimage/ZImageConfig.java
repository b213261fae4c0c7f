/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.RotaryAxes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of Z-Image's transformer that its weights do not tell, with the defaults of
 * diffusers' {@code ZImageTransformer2DModel}.
 *
 * @param heads of the attention
 * @param eps of the norms of tokens
 * @param timeScale from the time 0 … 1 to the number whose sines and cosines are taken
 * @param axes of the places: in the text, down, to the right
 */
record ZImageConfig(int heads, double eps, double timeScale, RotaryAxes axes) {

  private static final String NETWORK = "The transformer";
  private static final String AXES = "axes_dims";

  /**
   * Reads the settings.
   *
   * @throws IOException if they ask for something that is not supported, naming it
   */
  static ZImageConfig of(Config config) throws IOException {
    refuse(config, "siglip_feat_dim", config.has("siglip_feat_dim"));
    refuse(config, "qk_norm", !config.flag("qk_norm", true));
    requireOnly(config, "all_patch_size", 2);
    requireOnly(config, "all_f_patch_size", 1);
    List<Integer> widths = config.has(AXES) ? config.integers(AXES) : List.of(32, 48, 48);
    boolean isWrong = widths.size() != 3 || widths.stream().anyMatch(w -> w < 2 || w % 2 != 0);
    refuse(config, AXES, isWrong);
    return new ZImageConfig(
        config.integer("n_heads", 30, 1, 4096),
        config.number("norm_eps", 1e-5),
        config.number("t_scale", 1000),
        new RotaryAxes(config.number("rope_theta", 256), widths));
  }

  private static void requireOnly(Config config, String key, int size) throws IOException {
    refuse(config, key, config.has(key) && !config.integers(key).equals(List.of(size)));
  }

  private static void refuse(Config config, String key, boolean refused) throws IOException {
    ConfigCheck.refuse(refused, NETWORK, key, config.toMap().get(key));
  }
}
