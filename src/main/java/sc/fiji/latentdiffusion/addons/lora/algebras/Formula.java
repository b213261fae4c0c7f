/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.addons.lora.LoraLayer;
import sc.fiji.latentdiffusion.addons.lora.LoraPart;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The change of a weight by a layer's tensors.
 *
 * @param layer its tensors
 * @param factor of the change
 * @param delta the formula
 */
record Formula(LoraLayer layer, double factor, Delta delta) implements WeightChange {

  /** Computes the change. */
  @FunctionalInterface
  interface Delta {

    /**
     * @param weight as the model's file has it, float32; left as it is
     * @param at reads the layer's tensors
     * @return Δ, of as many elements as the weight in the same order
     * @throws IOException if a file can't be read
     */
    NDArray of(NDArray weight, Reading at) throws IOException;
  }

  /**
   * Reads the tensors of a layer.
   *
   * @param local owns what is read and made
   */
  record Reading(LoraLayer layer, Kernels from, NDManager local) {

    /** Returns the tensor of a part that the layer has, float32. */
    NDArray read(LoraPart part) throws IOException {
      return read(layer.tensor(part));
    }

    /** Returns a tensor, float32. */
    NDArray read(StoredTensor tensor) throws IOException {
      return TensorReader.float32(tensor, from, local);
    }

    /** Returns the product of two parts, or the part that holds it whole. */
    NDArray product(LoraPart whole, LoraPart left, LoraPart right) throws IOException {
      return layer.has(whole) ? read(whole) : kernels().lowRank(read(left), read(right));
    }

    AlgebraKernels kernels() {
      return new AlgebraKernels(from, local);
    }
  }

  @Override
  public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
    return delta.of(weight, new Reading(layer, kernels, local));
  }

  @Override
  public String source() {
    return layer.source();
  }
}
