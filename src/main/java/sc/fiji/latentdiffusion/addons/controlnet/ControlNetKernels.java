/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/** The kernels of a ControlNet that a U-Net does not have; the text is {@code controlnet}. */
final class ControlNetKernels {

  private final KernelFunctions functions;

  ControlNetKernels(Kernels kernels) {
    functions = kernels.functions(ControlNetKernels.class, "controlnet");
  }

  /**
   * A convolution of the image, all sides padded by one.
   *
   * @param x {@code [b, i, h, w]}, of any format
   * @param w {@code [o, i, 3, 3]} and {@code [o]}
   * @param stride of both axes, 1 or 2
   * @param silu whether SiLU follows
   * @return {@code [b, o, ⌈h/stride⌉, ⌈w/stride⌉]}, in the format of w, of the manager of x
   */
  NDArray hintConv(NDArray x, Parameters w, int stride, boolean silu) {
    return functions.call(x.getManager(), "hint_conv", x, w, stride, silu);
  }
}
