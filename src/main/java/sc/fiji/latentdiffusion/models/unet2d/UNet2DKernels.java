package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/** The kernels of a U-Net without prompts beside its convolutions; the text is {@code unet2d}. */
final class UNet2DKernels {

  private final KernelFunctions functions;

  UNet2DKernels(Kernels kernels) {
    functions = kernels.functions(UNet2DKernels.class, "unet2d");
  }

  /**
   * The embedding of the timestep plus that of a class.
   *
   * @param owner of the result
   * @param x sines and cosines {@code [1, c]}
   * @param w of two linear layers {@code [d, c]}, {@code [d]}, {@code [d, d]} and {@code [d]}
   * @param label the class's embedding {@code [1, d]}
   * @return SiLU of the sum, {@code [1, d]}
   */
  NDArray timeAndClass(NDManager owner, NDArray x, Parameters w, NDArray label) {
    return functions.call(owner, "time_and_class", x, w, label);
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
