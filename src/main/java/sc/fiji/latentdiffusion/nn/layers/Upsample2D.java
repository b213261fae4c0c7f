/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** Enlarges by nearest neighbour and convolves with 3 × 3 pixels. */
public final class Upsample2D {

  private final LayerKernels kernels;
  private final Parameters parameters;

  /**
   * Builds the layer.
   *
   * @param weights the layer's place, with {@code conv}
   * @throws IOException if a tensor is missing or has another shape
   */
  public Upsample2D(Weights weights) throws IOException {
    long channels = LayerShapes.out(weights, "conv");
    LayerShapes.requireConv(weights, "conv", channels, channels, 3);
    kernels = new LayerKernels(weights.kernels());
    parameters = weights.packedForUpsampling("conv.weight", "conv.bias");
  }

  /**
   * Enlarges to a size.
   *
   * @param x {@code [b, c, h, w]}
   * @return {@code [b, c, height, width]}, of the manager of x
   */
  public NDArray forward(NDArray x, long height, long width) {
    return kernels.upsample(x, parameters, height, width);
  }

  /**
   * Doubles height and width.
   *
   * @param x {@code [b, c, h, w]}
   * @return {@code [b, c, 2h, 2w]}, of the manager of x
   */
  public NDArray forward(NDArray x) {
    return forward(x, 2 * x.getShape().get(2), 2 * x.getShape().get(3));
  }
}
