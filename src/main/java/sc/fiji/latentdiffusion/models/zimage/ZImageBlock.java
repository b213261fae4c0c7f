/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Self-attention over tokens with places and a feed-forward layer with SwiGLU, in some blocks
 * scaled and gated by time. {@code [b, n, d]} → the same.
 */
final class ZImageBlock {

  private static final String MODULATION = "adaLN_modulation.0";

  private final ZImageKernels kernels;
  private final Parameters parameters;
  private final ZImageConfig config;
  private final boolean upcast;

  /**
   * Builds the block.
   *
   * @param weights the block's place
   * @param config of the network
   * @param width of the tokens
   * @param timeWidth of the embedding of time; 0 for a block that does not know the time
   * @throws IOException if a tensor is missing or has another shape
   */
  ZImageBlock(Weights weights, ZImageConfig config, long width, long timeWidth) throws IOException {
    this.config = config;
    requireShapes(weights, width);
    kernels = new ZImageKernels(weights.kernels());
    upcast = weights.kernels().attendsInFloat32(weights.precision());
    List<NDArray> tensors = new ArrayList<>();
    tensors.add(
        weights.packedTogether(
            "attention.to_q.weight", "attention.to_k.weight", "attention.to_v.weight"));
    tensors.add(weights.tensor("attention.norm_q.weight"));
    tensors.add(weights.tensor("attention.norm_k.weight"));
    tensors.add(weights.packedTensor("attention.to_out.0.weight"));
    for (String norm : List.of("attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2")) {
      tensors.add(weights.tensor(norm + ".weight"));
    }
    for (String layer : List.of("w1", "w3", "w2")) {
      tensors.add(weights.packedTensor("feed_forward." + layer + ".weight"));
    }
    if (timeWidth > 0) {
      LayerShapes.requireLinear(weights, MODULATION, 4 * width, timeWidth);
      tensors.add(weights.tensor(MODULATION + ".weight"));
      tensors.add(weights.tensor(MODULATION + ".bias"));
    }
    parameters = weights.parameters(tensors);
  }

  private void requireShapes(Weights weights, long width) throws IOException {
    for (String layer : List.of("to_q", "to_k", "to_v", "to_out.0")) {
      weights.requireShape("attention." + layer + ".weight", width, width);
    }
    weights.requireShape("attention.norm_q.weight", config.axes().headWidth());
    weights.requireShape("attention.norm_k.weight", config.axes().headWidth());
    for (String norm : List.of("attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2")) {
      weights.requireShape(norm + ".weight", width);
    }
    long hidden = LayerShapes.out(weights, "feed_forward.w1");
    weights.requireShape("feed_forward.w1.weight", hidden, width);
    weights.requireShape("feed_forward.w3.weight", hidden, width);
    weights.requireShape("feed_forward.w2.weight", width, hidden);
  }

  /**
   * @param x {@code [b, n, d]}; closed
   * @param temb of the time, {@code [1, t]}, or null for a block that does not know the time
   * @param angles of the tokens, {@code [2, n, headWidth / 2]}
   * @return {@code [b, n, d]}, of the manager of x
   */
  NDArray forward(NDArray x, NDArray temb, NDArray angles) {
    int heads = config.heads();
    double eps = config.eps();
    try (x) {
      return temb == null
          ? kernels.block(x, parameters, angles, heads, eps, upcast)
          : kernels.timedBlock(x, temb, parameters, angles, heads, eps, upcast);
    }
  }
}
