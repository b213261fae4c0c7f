/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The change of some rows of a LoRA's layer, which are a layer by themselves in the model.
 *
 * @param change of all rows, made without the weight
 * @param first of the rows, from 0; there are as many as the weight has
 * @param all how many rows the LoRA's layer has
 */
record RowsChange(WeightChange change, long first, long all) implements WeightChange {

  @Override
  public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
    NDArray whole = change.of(weight, kernels, local);
    long last = first + weight.getShape().get(0);
    return whole.reshape(new Shape(all, -1)).get("{}:{}", first, last).reshape(weight.getShape());
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
