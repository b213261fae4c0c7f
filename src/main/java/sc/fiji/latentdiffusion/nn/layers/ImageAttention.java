/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * Self-attention over an image's pixels, after a group norm if there is one, and added to its
 * input. {@code [b, c, h, w]} → the same. Files name its layers {@code to_q, to_k, to_v, to_out.0},
 * old ones {@code query, key, value, proj_attn}; either may be stored as convolutions of one pixel.
 */
public final class ImageAttention implements Layer {

  private static final String NORM = "group_norm";
  private static final List<String> NAMES = List.of("to_q", "to_k", "to_v", "to_out.0");
  private static final List<String> OLD_NAMES = List.of("query", "key", "value", "proj_attn");

  private final LayerKernels kernels;
  private final Parameters parameters;
  private final int groups;
  private final double eps;
  private final int heads;
  private final boolean upcast;

  /**
   * Builds the layer.
   *
   * @param weights the layer's place
   * @param groups of the norm; 0 without a norm
   * @param eps of the norm
   * @param headWidth channels of a head; 0 for one head of all channels
   * @throws IOException if a tensor is missing or has another shape, or heads or groups do not
   *     divide the channels
   */
  public ImageAttention(Weights weights, int groups, double eps, int headWidth) throws IOException {
    boolean old = weights.has("query");
    List<String> names = old ? OLD_NAMES : NAMES;
    long channels = LayerShapes.out(weights, names.get(0));
    List<NDArray> tensors = new ArrayList<>();
    for (String layer : names) {
      LayerShapes.requireLinear(weights, layer, channels, channels);
      tensors.add(weights.tensor(layer + ".weight", channels, channels));
      tensors.add(weights.tensor(layer + ".bias"));
    }
    if (groups != 0) {
      ConfigCheck.requireDivisor("norm_num_groups", channels, groups);
      LayerShapes.requireNorm(weights, NORM, channels);
      tensors.add(weights.tensor(NORM + ".weight"));
      tensors.add(weights.tensor(NORM + ".bias"));
    }
    if (headWidth > 0) ConfigCheck.requireDivisor("attention_head_dim", channels, headWidth);
    this.groups = groups;
    this.eps = eps;
    heads = headWidth > 0 ? (int) (channels / headWidth) : 1;
    kernels = new LayerKernels(weights.kernels());
    upcast = weights.kernels().attendsInFloat32(weights.precision());
    parameters = weights.parameters(tensors);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.imageAttention(x, parameters, groups, eps, heads, upcast);
  }
}
