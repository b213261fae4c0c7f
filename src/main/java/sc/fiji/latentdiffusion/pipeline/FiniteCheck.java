package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Refuses numbers beyond a precision's range, which would be shown as black. */
final class FiniteCheck {

  private FiniteCheck() {}

  /** Returns whether all numbers of an array are finite. */
  static boolean is(NDArray array, Kernels kernels) {
    return kernels.tensors().isFinite(array);
  }

  /**
   * Checks a result.
   *
   * @param what it is, for the message
   * @param model that made it
   * @return the array
   * @throws IllegalStateException if not all of it is finite, saying what to do
   */
  static NDArray require(NDArray array, String what, LatentDiffusion model) {
    if (is(array, model.networks().kernels())) return array;
    throw new IllegalStateException(
        "The "
            + what
            + " holds numbers that are not finite in "
            + model.precision()
            + (model.precision().equals("float32")
                ? ": the model or its scheduler's config is broken."
                : ". Choose precision=float32."));
  }
}
