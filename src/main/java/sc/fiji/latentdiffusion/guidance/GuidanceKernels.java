/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.guidance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * Formulas that join both halves of a prediction; the text is {@code guidance}. Both halves are one
 * array {@code [2 b, c, h, w]}, u without the prompt, then c with it; sums, norms and deviations
 * are over c, h, w of each sample. All arrays are float32.
 */
final class GuidanceKernels {

  private final KernelFunctions functions;

  GuidanceKernels(Kernels kernels) {
    functions = kernels.functions(GuidanceKernels.class, "guidance");
  }

  /**
   * {@link Guide#CFG}: {@code u + scale · (c − u)}.
   *
   * @param owner of the result
   * @return {@code [b, c, h, w]}
   */
  NDArray guide(NDManager owner, NDArray both, double scale) {
    return functions.call(owner, "guide", both, scale);
  }

  /**
   * Guidance by an image, too (Brooks et al. 2022, arXiv:2211.09800, equation 3): {@code u + image
   * · (i − u) + scale · (c − i)}.
   *
   * @param owner of the result
   * @param blind u, without prompt and image, {@code [b, c, h, w]}
   * @param both {@code [2 b, c, h, w]}: i with the image alone, then c with the prompt, too
   * @return {@code [b, c, h, w]}
   */
  NDArray guideByImage(NDManager owner, NDArray blind, NDArray both, double scale, double image) {
    return functions.call(owner, "guide_by_image", blind, both, scale, image);
  }

  /**
   * {@link Guide.ZeroStar}: {@code a u + scale · (c − a u)}, {@code a = Σ c u / (Σ u² + 1e−8)}.
   *
   * @param owner of the result
   * @return {@code [b, c, h, w]}
   */
  NDArray zeroStar(NDManager owner, NDArray both, double scale) {
    return functions.call(owner, "zero_star", both, scale);
  }

  /**
   * The running difference of {@link Guide.Projected}: {@code (c − u) + momentum · before}.
   *
   * @param owner of the result
   * @param before the last one, {@code [b, c, h, w]}
   * @return {@code [b, c, h, w]}
   */
  NDArray difference(NDManager owner, NDArray both, NDArray before, double momentum) {
    return functions.call(owner, "difference", both, before, momentum);
  }

  /**
   * {@link Guide.Projected}: {@code u + scale · (m − p + parallel · p)}, p the projection of m on
   * c, in double precision.
   *
   * @param owner of the result
   * @param difference {@code [b, c, h, w]}; m is it, shortened to the threshold
   * @param threshold the largest norm of m; 0 for any
   * @return {@code [b, c, h, w]}
   */
  NDArray projected(
      NDManager owner,
      NDArray both,
      NDArray difference,
      double scale,
      double threshold,
      double parallel) {
    return functions.call(owner, "projected", both, difference, scale, threshold, parallel);
  }

  /**
   * Brings the deviation towards that of c: {@code φ x std(c) / std(x) + (1 − φ) x}, with n − 1.
   *
   * @param x both halves joined, {@code [b, c, h, w]}
   * @param share φ
   * @return {@code [b, c, h, w]}, of the manager of x
   */
  NDArray rescaled(NDArray x, NDArray both, double share) {
    return functions.call(x.getManager(), "rescaled", x, both, share);
  }
}
