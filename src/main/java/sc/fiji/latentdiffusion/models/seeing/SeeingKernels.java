/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.seeing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Kernels of models that see an image; the text is {@code seeing}. */
final class SeeingKernels {

  private final KernelFunctions functions;

  SeeingKernels(Kernels kernels) {
    functions = kernels.functions(SeeingKernels.class, "seeing");
  }

  /**
   * Resamples depth to another size and maps its least and largest value to −1 and 1.
   *
   * @param owner of the result
   * @param x {@code [1, 1, h, w]}, not constant
   * @return {@code [1, 1, height, width]}
   */
  NDArray depth(NDManager owner, NDArray x, int height, int width) {
    return functions.call(owner, "depth", x, height, width);
  }

  /**
   * Makes depth of a decoded picture: the mean of its colours within −1…1.
   *
   * @param owner of the result
   * @param x {@code [b, 3, h, w]}
   * @return {@code [b, 3, h, w]}, all channels alike
   */
  NDArray meanDepth(NDManager owner, NDArray x) {
    return functions.call(owner, "mean_depth", x);
  }

  /**
   * Makes normals of a decoded picture, within −1…1 and of length 1.
   *
   * @param owner of the result
   * @param x {@code [b, 3, h, w]}
   * @param half whether z is only positive, and its −1…1 stands for 0…1
   * @return {@code [b, 3, h, w]}
   */
  NDArray normals(NDManager owner, NDArray x, boolean half) {
    int positive = half ? 1 : 0;
    return functions.call(owner, "unit_normals", x, positive);
  }
}
