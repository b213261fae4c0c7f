/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;

/**
 * A change of one weight that an adapter makes when the weight is read: {@code W + factor · Δ(W)},
 * in float32. Several changes of a weight add up, each made from the weight of the model's file.
 */
public interface WeightChange {

  /**
   * Computes the change.
   *
   * @param weight as the model's file has it, float32; left as it is
   * @param kernels run on it
   * @param local owns what is made, and closes it after the change has been added
   * @return Δ, float32, of as many elements as the weight in the same order
   * @throws IOException if the adapter's file can't be read
   */
  NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException;

  /** Returns the factor of the change. */
  double factor();

  /** Returns the name of the source of the change, for messages: "the LoRA face.safetensors". */
  String source();
}
