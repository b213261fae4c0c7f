/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The change of a matrix that the model's file stores with its inputs first.
 *
 * @param change of the matrix with its outputs first
 */
record TransposedChange(WeightChange change) implements WeightChange {

  @Override
  public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
    NDArray outputsFirst = weight.transpose();
    return change.of(outputsFirst, kernels, local).reshape(outputsFirst.getShape()).transpose();
  }

  @Override
  public double factor() {
    return change.factor();
  }

  @Override
  public String source() {
    return change.source();
  }
}
