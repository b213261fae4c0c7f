package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;

/** Refuses numbers beyond a precision's range, which would show as black. */
final class FiniteCheck {

  private FiniteCheck() {}

  /**
   * Checks a result.
   *
   * @param what it is, for the message
   * @param model that made it
   * @return the array
   * @throws IllegalStateException if not all of it is finite, saying what to do
   */
  static NDArray require(NDArray array, String what, LatentDiffusion model) {
    if (model.networks().kernels().tensors().isFinite(array)) return array;
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
