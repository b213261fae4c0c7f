package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/** The algebras of LoRA; the text is {@code lora}. All tensors are float32. */
final class LoraKernels {

  private final KernelFunctions functions;

  LoraKernels(Kernels kernels) {
    functions = kernels.functions(LoraKernels.class, "lora");
  }

  /**
   * The product of two factors.
   *
   * @param up {@code [o, r]} or {@code [o, r, 1, 1]}
   * @param down {@code [r, i]} or {@code [r, i, k, k]}
   * @return {@code up · down}, {@code [o, i · k · k]}, of the manager of up
   */
  NDArray lowRank(NDArray up, NDArray down) {
    return functions.call(up.getManager(), "low_rank", up, down);
  }

  /**
   * The product of three factors, the kernel in the middle (a Tucker decomposition).
   *
   * @param up {@code [o, r]} or {@code [o, r, 1, 1]}
   * @param mid {@code [r, r, k, k]}
   * @param down {@code [r, i]} or {@code [r, i, 1, 1]}
   * @return {@code [o, i · k · k]}, of the manager of up
   */
  NDArray tucker(NDArray up, NDArray mid, NDArray down) {
    return functions.call(up.getManager(), "tucker", up, mid, down);
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
