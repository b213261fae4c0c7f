/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The kernels of a U-Net without prompts beside its convolutions; the text is {@code unet2d}. */
final class UNet2DKernels {

  private final KernelFunctions functions;

  UNet2DKernels(Kernels kernels) {
    functions = kernels.functions(UNet2DKernels.class, "unet2d");
  }

  /**
   * Divides.
   *
   * @param y any shape
   * @param divisor not 0
   * @return {@code y / divisor}, of the manager of y
   */
  NDArray divided(NDArray y, double divisor) {
    return functions.call(y.getManager(), "divided", y, divisor);
  }
}
