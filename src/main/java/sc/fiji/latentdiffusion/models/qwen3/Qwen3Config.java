/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.qwen3;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The settings of Qwen3 that its weights do not tell, with transformers' defaults.
 *
 * @param heads of the attention
 * @param groups of heads that share keys and values
 * @param theta the base of the rotary places
 * @param eps of the norms
 */
record Qwen3Config(int heads, int groups, double theta, double eps) {

  private static final String NETWORK = "The text encoder";
  private static final String DEFAULT = "default";
  private static final String ROPE = "rope_parameters";
  private static final String SCALING = "rope_scaling";

  /**
   * Reads the settings.
   *
   * @throws IOException as {@link #check}
   */
  static Qwen3Config of(Config config) throws IOException {
    check(config);
    int heads = config.integer("num_attention_heads", 32, 1, 4096);
    int groups = config.integer("num_key_value_heads", 32, 1, 4096);
    ConfigCheck.requireDivisor("num_key_value_heads", heads, groups);
    double theta = config.object(ROPE).number("rope_theta", config.number("rope_theta", 1e6));
    return new Qwen3Config(heads, groups, theta, config.number("rms_norm_eps", 1e-6));
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
      boolean isQwen3 =
          found.stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              .anyMatch(name -> name.matches("qwen3(model|forcausallm)?"));
      refuse(!found.isEmpty() && !isQwen3, key, String.join(", ", found));
    }
    String activation = config.text("hidden_act", "silu");
    refuse(!activation.equals("silu"), "hidden_act", activation);
    for (String key : List.of("attention_bias", "use_sliding_window")) {
      refuse(config.flag(key, false), key, true);
    }
    for (String type : config.texts("layer_types")) {
      refuse(!type.equals("full_attention"), "layer_types", type);
    }
    for (String key : List.of(ROPE, SCALING)) {
      Config rope = config.object(key);
      String type = rope.text("rope_type", rope.text("type", DEFAULT));
      refuse(!type.equals(DEFAULT), key, type);
    }
  }

  private static void refuse(boolean refused, String key, Object value) throws IOException {
    ConfigCheck.refuse(refused, NETWORK, key, value);
  }
}
