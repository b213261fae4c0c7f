package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;

/** A step of a network from one tensor to the next. */
@FunctionalInterface
public interface Layer {

  /**
   * Computes.
   *
   * @param x the input, left as it is
   * @return a new tensor of the input's manager
   */
  NDArray forward(NDArray x);

  /**
   * Goes one step on, freeing where it came from.
   *
   * @param x the input; it is closed
   * @param layer the step
   * @return its result
   */
  static NDArray then(NDArray x, Layer layer) {
    try (x) {
      return layer.forward(x);
    }
  }
}
