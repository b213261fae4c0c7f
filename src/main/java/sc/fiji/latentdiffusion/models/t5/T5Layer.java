/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Self-attention and a feed-forward layer with gated GELU (Shazeer 2020), each after an RMS norm
 * and added to its input. {@code [b, tokens, d]} → the same.
 */
final class T5Layer {

  /** The table of distances, which stands in the first layer and acts in all. */
  static final String DISTANCES = "layer.0.SelfAttention.relative_attention_bias.weight";

  private static final String ATTENTION = "layer.0.SelfAttention.";
  private static final String FEED_FORWARD = "layer.1.DenseReluDense.";

  private final T5Kernels kernels;
  private final Parameters parameters;
  private final T5Config config;

  /**
   * Builds the layer.
   *
   * @param weights the layer's place
   * @param width of the tokens
   * @throws IOException if a tensor is missing or left over, or has another shape
   */
  T5Layer(Weights weights, T5Config config, long width) throws IOException {
    requireShapes(weights, config, width);
    kernels = new T5Kernels(weights.kernels());
    this.config = config;
    parameters =
        weights.parameters(
            "layer.0.layer_norm.weight",
            ATTENTION + "q.weight",
            ATTENTION + "k.weight",
            ATTENTION + "v.weight",
            ATTENTION + "o.weight",
            "layer.1.layer_norm.weight",
            FEED_FORWARD + "wi_0.weight",
            FEED_FORWARD + "wi_1.weight",
            FEED_FORWARD + "wo.weight");
    weights.ignore(DISTANCES);
    weights.requireAllRead("The T5 text encoder");
  }

  private static void requireShapes(Weights weights, T5Config config, long width)
      throws IOException {
    weights.requireShape("layer.0.layer_norm.weight", width);
    for (String part : List.of("q", "k", "v")) {
      weights.requireShape(ATTENTION + part + ".weight", config.inner(), width);
    }
    weights.requireShape(ATTENTION + "o.weight", width, config.inner());
    weights.requireShape("layer.1.layer_norm.weight", width);
    long hidden = LayerShapes.out(weights, FEED_FORWARD + "wi_0");
    weights.requireShape(FEED_FORWARD + "wi_0.weight", hidden, width);
    weights.requireShape(FEED_FORWARD + "wi_1.weight", hidden, width);
    weights.requireShape(FEED_FORWARD + "wo.weight", width, hidden);
  }

  /**
   * @param x {@code [b, n, d]}, float32
   * @param bias of distances, {@code [1, heads, n, n]}
   * @return {@code [b, n, d]}, float32, of the manager of x
   */
  NDArray forward(NDArray x, NDArray bias) {
    return kernels.layer(x, bias, parameters, config.heads(), config.eps());
  }
}
