/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The vectors that latents may have, in autoencoders that quantise (van den Oord et al. 2017):
 * every pixel becomes the nearest of them. {@code [b, c, h, w]} → the same.
 */
final class Codebook implements Layer {

  /** The place of the vectors in a file. */
  static final String PLACE = "quantize";

  /** The tensor of the vectors, {@code [n, c]}. */
  static final String TENSOR = PLACE + ".embedding.weight";

  private final VaeKernels kernels;
  private final NDArray vectors;

  Codebook(Weights weights) throws IOException {
    weights.requireShape(TENSOR, Weights.ANY, Weights.ANY);
    kernels = new VaeKernels(weights.kernels());
    vectors = weights.tensor(TENSOR);
  }

  @Override
  public NDArray forward(NDArray x) {
    return kernels.quantized(x, vectors);
  }
}
