/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** The end of a network of images: group norm, SiLU, a convolution, back to float32. */
public final class OutputConv implements Layer {

  private final LayerKernels kernels;
  private final Parameters parameters;
  private final int groups;
  private final double eps;

  /**
   * Builds the layer.
   *
   * @param weights the network's place, with {@code conv_norm_out} and {@code conv_out}
   * @param groups of the norm
   * @param eps of the norm
   * @throws IOException if a tensor is missing or has another shape
   */
  public OutputConv(Weights weights, int groups, double eps) throws IOException {
    long channels = LayerShapes.out(weights, "conv_norm_out");
    ConfigCheck.requireDivisor("norm_num_groups", channels, groups);
    LayerShapes.requireNorm(weights, "conv_norm_out", channels);
    long pixels = LayerShapes.oddPixels(weights, "conv_out.weight");
    weights.requireShape("conv_out.weight", Weights.ANY, channels, pixels, pixels);
    weights.requireShape("conv_out.bias", LayerShapes.out(weights, "conv_out"));
    kernels = new LayerKernels(weights.kernels());
    parameters =
        weights.parameters(
            "conv_norm_out.weight", "conv_norm_out.bias", "conv_out.weight", "conv_out.bias");
    this.groups = groups;
    this.eps = eps;
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.outputConv(x, parameters, groups, eps);
  }
}
