/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;

/** A step of a network from one tensor to the next. */
@FunctionalInterface
public interface Layer {

  /**
   * Computes the step.
   *
   * @param x the input; stays open and unchanged
   * @return a new tensor of the input's manager
   */
  NDArray forward(NDArray x);

  /**
   * Computes a step and frees its input.
   *
   * @param x the input; it is closed
   * @param layer the step
   * @return the step's result
   */
  static NDArray then(NDArray x, Layer layer) {
    try (x) {
      return layer.forward(x);
    }
  }
}
