/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.sampler;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Formulas on latents between two evaluations; the text is {@code latents}. */
public final class LatentKernels {

  private final KernelFunctions functions;

  public LatentKernels(Kernels kernels) {
    functions = kernels.functions(LatentKernels.class, "latents");
  }

  /**
   * Holds the known region ({@link KnownRegion}): {@code alpha · known + sigma · noise} wherever
   * the mask is 0 or below the threshold.
   *
   * @param x the sample {@code [b, c, h, w]}
   * @param known latents of the picture {@code [b, c, h, w]}
   * @param noise of the run {@code [b, c, h, w]}
   * @param mask {@code [1, 1, h, w]}, 0…1
   * @param threshold 0…1
   * @param alpha of the noise level
   * @param sigma of the noise level
   * @return {@code [b, c, h, w]}, of the manager of x
   */
  NDArray surrounded(
      NDArray x,
      NDArray known,
      NDArray noise,
      NDArray mask,
      double threshold,
      double alpha,
      double sigma) {
    return functions.call(
        x.getManager(), "surrounded", x, known, noise, mask, threshold, alpha, sigma);
  }

  /**
   * Multiplies ({@link Sampler}).
   *
   * @param owner of the result
   * @param x of any shape
   * @param factor exact in float32
   * @return {@code factor · x}
   */
  public NDArray scaled(NDManager owner, NDArray x, double factor) {
    return functions.call(owner, "scaled", x, factor);
  }

  /**
   * Adds a multiple, rounding the product and the sum ({@link Sampler}).
   *
   * @param owner of the result
   * @param x of any shape
   * @param y of the same shape
   * @param factor exact in float32
   * @return {@code x + factor · y}
   */
  public NDArray plusScaled(NDManager owner, NDArray x, NDArray y, double factor) {
    return functions.call(owner, "plus_scaled", x, y, factor);
  }

  /**
   * Resamples: bicubic, low-pass filtered where it becomes smaller.
   *
   * @param x {@code [b, c, h, w]}
   * @return {@code [b, c, height, width]}, of the manager of x
   */
  public NDArray resized(NDArray x, int height, int width) {
    return functions.call(x.getManager(), "resized", x, height, width);
  }

  /**
   * Clips predicted data ({@link Sampler}).
   *
   * @param owner of the result
   * @param x {@code [b, c, h, w]}
   * @param range the largest absolute value
   * @return {@code [b, c, h, w]}
   */
  NDArray clipped(NDManager owner, NDArray x, double range) {
    return functions.call(owner, "clipped", x, range);
  }

  /**
   * Clips each sample of predicted data to −s…s, and divides it by s ({@link Sampler}).
   *
   * @param owner of the result
   * @param x {@code [b, c, h, w]}
   * @param range the largest s
   * @param quantile of |x|, 0…1, that is s if it is at least 1
   * @return {@code [b, c, h, w]}
   */
  NDArray clippedByQuantile(NDManager owner, NDArray x, double range, double quantile) {
    return functions.call(owner, "clipped_by_quantile", x, range, quantile);
  }
}
