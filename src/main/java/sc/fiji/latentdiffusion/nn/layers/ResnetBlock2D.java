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
 * Two convolutions with group norm and SiLU before each and a shortcut around both (He et al.
 * 2016). In a U-Net the embedding of the timestep comes between them. {@code [b, c, h, w]} → {@code
 * [b, c', h, w]}.
 */
public final class ResnetBlock2D implements Layer {

  private final LayerKernels kernels;
  private final Parameters parameters;
  private final int groups;
  private final double eps;
  private final boolean scaleShift;

  /**
   * Builds the block.
   *
   * @param weights the block's place
   * @param groups of the norms
   * @param eps of the norms
   * @param timeWidth the width of the timestep's embedding; 0 without one
   * @param scaleShift whether the embedding scales and shifts the second norm's result, instead of
   *     being added before it
   * @throws IOException if a tensor is missing or has another shape
   */
  public ResnetBlock2D(Weights weights, int groups, double eps, long timeWidth, boolean scaleShift)
      throws IOException {
    long in = LayerShapes.out(weights, "norm1");
    long out = LayerShapes.out(weights, "norm2");
    ConfigCheck.requireDivisor("norm_num_groups", in, groups);
    ConfigCheck.requireDivisor("norm_num_groups", out, groups);
    requireShapes(weights, in, out);
    if (weights.has("time_emb_proj")) {
      LayerShapes.requireLinear(weights, "time_emb_proj", scaleShift ? 2 * out : out, timeWidth);
    }
    kernels = new LayerKernels(weights.kernels());
    parameters = weights.packed(names(weights).toArray(String[]::new));
    this.groups = groups;
    this.eps = eps;
    this.scaleShift = scaleShift;
  }

  private static void requireShapes(Weights weights, long in, long out) throws IOException {
    LayerShapes.requireNorm(weights, "norm1", in);
    LayerShapes.requireConv(weights, "conv1", out, in, 3);
    LayerShapes.requireNorm(weights, "norm2", out);
    LayerShapes.requireConv(weights, "conv2", out, out, 3);
    if (in != out || weights.has("conv_shortcut")) {
      LayerShapes.requireLinear(weights, "conv_shortcut", out, in);
    }
  }

  private static List<String> names(Weights weights) {
    List<String> layers = new ArrayList<>(List.of("norm1", "conv1"));
    if (weights.has("time_emb_proj")) {
      layers.add("time_emb_proj");
    }
    layers.addAll(List.of("norm2", "conv2"));
    if (weights.has("conv_shortcut")) {
      layers.add("conv_shortcut");
    }
    return layers.stream()
        .flatMap(layer -> List.of(layer + ".weight", layer + ".bias").stream())
        .toList();
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.resnet(x, parameters, groups, eps);
  }

  /**
   * Returns the same block as a layer that may compute its result in the memory of its input. The
   * input's numbers are then lost. In a large picture the input takes most of the memory.
   */
  public Layer overwriting() {
    return x -> kernels.resnetOver(x, parameters, groups, eps);
  }

  /**
   * Computes with a timestep.
   *
   * @param x {@code [b, c, h, w]}
   * @param temb SiLU of the timestep's embedding, {@code [1, d]} or {@code [b, d]}
   * @return {@code [b, c', h, w]}, of the manager of x
   */
  public NDArray forward(NDArray x, NDArray temb) {
    return kernels.timedResnet(x, temb, parameters, groups, eps, scaleShift);
  }

  /**
   * Computes with a timestep and more channels.
   *
   * @param x {@code [b, c − s, h, w]}
   * @param skip {@code [b, s, h, w]}, appended to the channels of x
   * @param temb SiLU of the timestep's embedding, {@code [1, d]} or {@code [b, d]}
   * @return {@code [b, c', h, w]}, of the manager of x
   */
  public NDArray forward(NDArray x, NDArray skip, NDArray temb) {
    return kernels.timedResnetOfTwo(x, skip, temb, parameters, groups, eps, scaleShift);
  }
}
