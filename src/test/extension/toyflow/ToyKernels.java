/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/** The formulas of the three networks; the text is {@code toy.torchscript}. */
final class ToyKernels {

  private final KernelFunctions functions;

  ToyKernels(Kernels kernels) {
    functions = kernels.functions(ToyKernels.class, "toy");
  }

  /** {@code table [rows, d], ids [n]} of type int64; gives the mean of the rows, [1, 1, d]. */
  NDArray meanOfRows(NDArray table, NDArray ids, NDManager owner) {
    return functions.call(owner, "toy_mean_of_rows", table, ids);
  }

  /** {@code states [b, 1, d], w: [16, d], [16]}; gives {@code [b, 16, 1, 1]}, float32. */
  NDArray means(NDArray states, Parameters w, NDManager owner) {
    return functions.call(owner, "toy_means", states, w);
  }

  /** {@code x [n b, c, h, w], means [b, c, 1, 1]}; gives the velocity, of the manager of x. */
  NDArray velocity(NDArray x, NDArray means, double t, double deviation) {
    return functions.call(x.getManager(), "toy_velocity", x, means, t, deviation);
  }

  /** {@code picture [b, 3, 8 h, 8 w], w: [c, 12, 1, 1]}; gives {@code [b, c, h, w]}. */
  NDArray encode(NDArray picture, Parameters w, double scale, double shift, NDManager owner) {
    return functions.call(owner, "toy_encode", picture, w, scale, shift);
  }

  /** {@code latents [b, c, h, w], w: [12, c, 1, 1]}; gives {@code [b, 3, 8 h, 8 w]}. */
  NDArray decode(NDArray latents, Parameters w, double scale, double shift, NDManager owner) {
    return functions.call(owner, "toy_decode", latents, w, scale, shift);
  }
}
