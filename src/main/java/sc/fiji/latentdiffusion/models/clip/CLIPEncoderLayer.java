/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Causal self-attention and a feed-forward layer, each after a layer norm and added to its input.
 * {@code [b, tokens, d]} → the same.
 */
final class CLIPEncoderLayer implements Layer {

  /** The parts in the kernel's order. */
  private static final List<String> PARTS =
      List.of(
          "layer_norm1",
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.out_proj",
          "layer_norm2",
          "mlp.fc1",
          "mlp.fc2");

  private final TextKernels kernels;
  private final Parameters parameters;
  private final int heads;
  private final double eps;
  private final boolean quick;

  /**
   * Builds the layer.
   *
   * @param weights the layer's place
   * @param config the text encoder's
   * @param width of the tokens
   * @throws IOException if a tensor is missing or has another shape, or the config has a value that
   *     is not supported
   */
  CLIPEncoderLayer(Weights weights, Config config, int width) throws IOException {
    requireShapes(weights, width);
    kernels = new TextKernels(weights.kernels());
    heads = config.integer("num_attention_heads");
    ConfigCheck.requireDivisor("num_attention_heads", width, heads);
    eps = eps(config);
    quick = isQuick(config);
    List<String> names = new ArrayList<>();
    PARTS.forEach(part -> names.addAll(List.of(part + ".weight", part + ".bias")));
    parameters = weights.parameters(names.toArray(String[]::new));
  }

  /** Returns the epsilon of the layer norms. */
  static double eps(Config config) {
    return config.number("layer_norm_eps", 1e-5);
  }

  /** Checks the settings alone. */
  static void check(Config config) throws IOException {
    isQuick(config);
  }

  private static boolean isQuick(Config config) throws IOException {
    String activation = config.text("hidden_act", "quick_gelu");
    return switch (activation) {
      case "quick_gelu" -> true;
      case "gelu" -> false;
      default ->
          throw new IOException(
              "The text encoder's config asks for hidden_act = "
                  + activation
                  + "; expected quick_gelu or gelu. Choose another model.");
    };
  }

  private static void requireShapes(Weights layer, long width) throws IOException {
    LayerShapes.requireNorm(layer, "layer_norm1", width);
    LayerShapes.requireNorm(layer, "layer_norm2", width);
    for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
      LayerShapes.requireLinear(layer, "self_attn." + part, width, width);
    }
    long hidden = LayerShapes.out(layer, "mlp.fc1");
    LayerShapes.requireLinear(layer, "mlp.fc1", hidden, width);
    LayerShapes.requireLinear(layer, "mlp.fc2", width, hidden);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.textLayer(x, parameters, heads, eps, quick);
  }
}
