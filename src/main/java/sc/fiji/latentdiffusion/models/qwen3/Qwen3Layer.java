/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.qwen3;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/** A layer of Qwen3. {@code [1, tokens, d]} → the same. */
final class Qwen3Layer {

  private static final String Q_NORM = "self_attn.q_norm.weight";

  private final Qwen3Kernels kernels;
  private final Parameters parameters;
  private final Qwen3Config config;
  private final int headWidth;
  private final boolean upcast;

  /**
   * Builds the layer.
   *
   * @param weights the layer's place
   * @param config of the network
   * @param width of the tokens
   * @throws IOException if a tensor is missing or has another shape
   */
  Qwen3Layer(Weights weights, Qwen3Config config, long width) throws IOException {
    this.config = config;
    weights.requireShape(Q_NORM, Weights.ANY);
    headWidth = (int) weights.shape(Q_NORM)[0];
    requireShapes(weights, width);
    kernels = new Qwen3Kernels(weights.kernels());
    upcast = weights.kernels().attendsInFloat32(weights.precision());
    parameters =
        weights.parameters(
            "input_layernorm.weight",
            "self_attn.q_proj.weight",
            "self_attn.k_proj.weight",
            "self_attn.v_proj.weight",
            "self_attn.o_proj.weight",
            Q_NORM,
            "self_attn.k_norm.weight",
            "post_attention_layernorm.weight",
            "mlp.gate_proj.weight",
            "mlp.up_proj.weight",
            "mlp.down_proj.weight");
  }

  private void requireShapes(Weights weights, long width) throws IOException {
    long queries = (long) config.heads() * headWidth;
    long keys = (long) config.groups() * headWidth;
    long hidden = LayerShapes.out(weights, "mlp.gate_proj");
    weights.requireShape("input_layernorm.weight", width);
    weights.requireShape("post_attention_layernorm.weight", width);
    weights.requireShape("self_attn.k_norm.weight", headWidth);
    weights.requireShape("self_attn.q_proj.weight", queries, width);
    weights.requireShape("self_attn.k_proj.weight", keys, width);
    weights.requireShape("self_attn.v_proj.weight", keys, width);
    weights.requireShape("self_attn.o_proj.weight", width, queries);
    weights.requireShape("mlp.gate_proj.weight", hidden, width);
    weights.requireShape("mlp.up_proj.weight", hidden, width);
    weights.requireShape("mlp.down_proj.weight", width, hidden);
  }

  /** Returns how many channels a head has. */
  int headWidth() {
    return headWidth;
  }

  /**
   * @param x {@code [1, tokens, d]}
   * @param angles of the tokens, {@code [2, tokens, headWidth / 2]}
   * @return {@code [1, tokens, d]}, of the manager of x
   */
  NDArray forward(NDArray x, NDArray angles) {
    return kernels.layer(x, parameters, angles, config, upcast);
  }
}
