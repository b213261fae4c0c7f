/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** What goes with every algebra; the text is {@code lora}. All tensors are float32. */
final class LoraKernels {

  private final KernelFunctions functions;

  LoraKernels(Kernels kernels) {
    functions = kernels.functions(LoraKernels.class, "lora");
  }

  /**
   * The change by a magnitude (DoRA, Liu et al. 2024): {@code magnitude · V / ‖V‖ − W} with {@code
   * V = W + scale · product}.
   *
   * @param owner of the result
   * @param w {@code [o, i]} or {@code [o, i, k, k]}
   * @param product of as many elements
   * @param scale of the product
   * @param magnitude as many numbers as w has on one axis
   * @param shape −1 on that axis, 1 on the others
   * @param others the other axes, over which the norm is taken
   * @return the shape of w
   */
  NDArray dora(
      NDManager owner,
      NDArray w,
      NDArray product,
      double scale,
      NDArray magnitude,
      long[] shape,
      long[] others) {
    return functions.call(owner, "dora", w, product, scale, magnitude, shape, others);
  }
}
