/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Self-attention of patches, attention to the words of a prompt, and a feed-forward layer (Chen et
 * al. 2023, arXiv:2310.00426, figure 4). {@code [b, n, d]} → the same.
 */
final class PixArtBlock {

  private static final String TABLE = "scale_shift_table";

  private final PixArtKernels kernels;
  private final PixArtConfig config;
  private final Parameters parameters;
  private final boolean upcast;

  /**
   * Builds the block.
   *
   * @param weights the block's place
   * @param config of the network
   * @param width of the tokens
   * @throws IOException if a tensor is missing or has another shape
   */
  PixArtBlock(Weights weights, PixArtConfig config, long width) throws IOException {
    this.config = config;
    kernels = new PixArtKernels(weights.kernels());
    upcast = config.upcasts() || weights.kernels().attendsInFloat32(weights.precision());
    weights.requireShape(TABLE, 6, width);
    List<NDArray> tensors = new ArrayList<>();
    tensors.add(weights.tensor(TABLE));
    tensors.addAll(linear(weights, width, width, "attn1.to_q", "attn1.to_k", "attn1.to_v"));
    tensors.addAll(linear(weights, width, width, "attn1.to_out.0"));
    tensors.addAll(linear(weights, width, width, "attn2.to_q"));
    tensors.addAll(linear(weights, width, width, "attn2.to_k", "attn2.to_v"));
    tensors.addAll(linear(weights, width, width, "attn2.to_out.0"));
    long hidden = LayerShapes.out(weights, "ff.net.0.proj");
    tensors.addAll(linear(weights, hidden, width, "ff.net.0.proj"));
    tensors.addAll(linear(weights, width, hidden, "ff.net.2"));
    parameters = weights.parameters(tensors);
  }

  /** Weight and bias of layers, several in one product. */
  private static List<NDArray> linear(Weights weights, long out, long in, String... layers)
      throws IOException {
    for (String layer : layers) LayerShapes.requireLinear(weights, layer, out, in);
    List<NDArray> tensors = new ArrayList<>();
    for (String end : List.of(".weight", ".bias")) {
      String[] names = Stream.of(layers).map(layer -> layer + end).toArray(String[]::new);
      tensors.add(weights.packedTogether(names));
    }
    return tensors;
  }

  /**
   * @param x {@code [b, n, d]}
   * @param words of the prompts, {@code [b, m, d]}
   * @param penalties 0 for words, −∞ for what fills up, {@code [b, 1, 1, m]} or {@code [1, 1, 1,
   *     m]}
   * @param modulation of all blocks, {@code [b, 6 d]} or {@code [1, 6 d]}
   * @return {@code [b, n, d]}, of the manager of x
   */
  NDArray forward(NDArray x, NDArray words, NDArray penalties, NDArray modulation) {
    return kernels.block(
        x, words, penalties, modulation, parameters, config.heads(), config.eps(), upcast);
  }
}
