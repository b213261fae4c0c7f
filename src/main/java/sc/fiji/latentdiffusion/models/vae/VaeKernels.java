/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The kernels of the autoencoder beside its convolutions; the text is {@code vae}. */
final class VaeKernels {

  private final KernelFunctions functions;

  VaeKernels(Kernels kernels) {
    functions = kernels.functions(VaeKernels.class, "vae");
  }

  /**
   * The mean of the posterior, scaled.
   *
   * @param moments mean and log variance, {@code [b, 2 channels, h, w]}
   * @param channels of the latents
   * @param scale of the means
   * @return {@code factor · (mean − shift)}, {@code [b, channels, h, w]}, float32, of the moments'
   *     manager
   */
  NDArray scaledMean(NDArray moments, int channels, VaeScale scale) {
    NDManager owner = moments.getManager();
    if (scale.isPlain()) {
      double plain = scale.scalingFactor();
      return functions.call(owner, "scaled_mean", moments, channels, plain);
    }
    try (NDArray shift = scale.shift(owner);
        NDArray factor = scale.factor(owner)) {
      return functions.call(owner, "normalised_mean", moments, channels, shift, factor);
    }
  }

  /**
   * The posterior's means and standard deviations, scaled.
   *
   * @param moments {@code [b, 2 channels, h, w]}: means, then logarithms of variances
   * @param channels of latents
   * @param scale of means, whose factors are the deviations', too
   * @return means, then standard deviations, {@code [b, 2 channels, h, w]}, float32
   */
  NDArray scaledPosterior(NDArray moments, int channels, VaeScale scale) {
    NDManager owner = moments.getManager();
    if (scale.isPlain()) {
      double plain = scale.scalingFactor();
      return functions.call(owner, "scaled_posterior", moments, channels, plain);
    }
    try (NDArray shift = scale.shift(owner);
        NDArray factor = scale.factor(owner)) {
      return functions.call(owner, "normalised_posterior", moments, channels, shift, factor);
    }
  }

  /**
   * Turns latents back to the encoder's means.
   *
   * @param owner of the result
   * @param latents {@code [b, c, h, w]}
   * @param scale of the means
   * @return {@code latents / factor + shift}
   */
  NDArray unscale(NDManager owner, NDArray latents, VaeScale scale) {
    if (scale.isPlain()) {
      double plain = scale.scalingFactor();
      return functions.call(owner, "unscale", latents, plain);
    }
    NDArray shift = scale.shift(owner);
    NDArray factor = scale.factor(owner);
    return functions.call(owner, "denormalised", latents, shift, factor);
  }

  /**
   * Replaces every pixel by the nearest row of a codebook.
   *
   * @param x {@code [b, c, h, w]}
   * @param codebook {@code [n, c]}
   * @return {@code [b, c, h, w]}, of the manager of x
   */
  NDArray quantized(NDArray x, NDArray codebook) {
    return functions.call(x.getManager(), "quantized", x, codebook);
  }
}
