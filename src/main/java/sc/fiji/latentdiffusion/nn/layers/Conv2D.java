/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.function.BiFunction;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** A convolution that is a kernel with weight and bias alone. */
public final class Conv2D implements Layer {

  private final BiFunction<NDArray, Parameters, NDArray> kernel;
  private final Parameters parameters;

  private Conv2D(
      Weights weights, BiFunction<NDArray, Parameters, NDArray> kernel, int stride, long pixels)
      throws IOException {
    weights.requireShape("weight", Weights.ANY, Weights.ANY, pixels, pixels);
    weights.requireShape("bias", weights.shape("weight")[0]);
    this.kernel = kernel;
    parameters = weights.packed(stride, "weight", "bias");
  }

  private static LayerKernels kernels(Weights weights) {
    return new LayerKernels(weights.kernels());
  }

  /**
   * Builds the first convolution of a network: square, of any odd size; height and width stay,
   * float32 becomes the run's precision.
   *
   * @param weights the layer's place
   * @throws IOException if a tensor is missing or has another shape
   */
  public static Conv2D input(Weights weights) throws IOException {
    long pixels = LayerShapes.oddPixels(weights, "weight");
    return new Conv2D(weights, kernels(weights)::inputConv, 1, pixels);
  }

  /**
   * Builds a convolution that halves height and width, padding all sides by one.
   *
   * @param weights the layer's place
   * @throws IOException if a tensor is missing or has another shape
   */
  public static Conv2D downsample(Weights weights) throws IOException {
    return downsample(weights, kernels(weights)::downsample);
  }

  /**
   * Builds a convolution that halves height and width, padding right and bottom by one.
   *
   * @param weights the layer's place
   * @throws IOException if a tensor is missing or has another shape
   */
  public static Conv2D downsampleRightBottom(Weights weights) throws IOException {
    return downsample(weights, kernels(weights)::downsampleRightBottom);
  }

  private static Conv2D downsample(Weights weights, BiFunction<NDArray, Parameters, NDArray> kernel)
      throws IOException {
    Conv2D conv = new Conv2D(weights, kernel, 2, 3);
    long channels = weights.shape("weight")[0];
    weights.requireShape("weight", channels, channels, 3, 3);
    return conv;
  }

  /**
   * Builds a convolution of one pixel, from any precision to the run's.
   *
   * @param weights the layer's place
   * @throws IOException if a tensor is missing or has another shape
   */
  public static Conv2D pointwise(Weights weights) throws IOException {
    return new Conv2D(weights, kernels(weights)::pointwiseConv, 1, 1);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernel.apply(x, parameters);
  }
}
