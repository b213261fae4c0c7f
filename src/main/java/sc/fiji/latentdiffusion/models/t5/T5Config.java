/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of a T5 encoder.
 *
 * @param heads of the attention
 * @param headWidth how many numbers a head has for a token; heads · headWidth need not be the width
 * @param eps of the norms
 * @param farthest distance of two tokens from which on all distances are one
 */
record T5Config(int heads, int headWidth, double eps, int farthest) {

  private static final String NETWORK = "The T5 text encoder";

  /** Reads the settings of a network that {@link #check} lets pass. */
  static T5Config of(Config config) {
    return new T5Config(
        config.integer("num_heads"),
        config.integer("d_kv"),
        config.number("layer_norm_epsilon", 1e-6),
        config.integer("relative_attention_max_distance", 128, 2, 1 << 20));
  }

  /**
   * Checks the settings alone.
   *
   * @throws IOException if they are those of a network of another kind, or ask for something that
   *     is not supported, naming it
   */
  static void check(Config config) throws IOException {
    for (String key : List.of("architectures", "model_type")) {
      List<String> found = config.texts(key);
      boolean isT5 = found.stream().anyMatch(n -> n.toLowerCase(Locale.ROOT).startsWith("t5"));
      ConfigCheck.refuse(!found.isEmpty() && !isT5, NETWORK, key, String.join(", ", found));
    }
    String projection = config.text("feed_forward_proj", "relu");
    ConfigCheck.refuse(!projection.equals("gated-gelu"), NETWORK, "feed_forward_proj", projection);
  }

  /** How many numbers all heads have for a token. */
  long inner() {
    return (long) heads * headWidth;
  }
}
