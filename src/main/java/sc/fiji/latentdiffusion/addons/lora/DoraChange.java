/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.stream.LongStream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * DoRA (Liu et al. 2024, arXiv:2402.09353) on a change D of any algebra with its scale s: {@code Δ
 * = m · V / ‖V‖ − W} with {@code V = W + s · D}. The norm is taken over all axes but the
 * magnitude's.
 *
 * @param direction gives D; its factor is s
 * @param magnitude m: as many numbers as the weight has on the axis
 * @param axis 0 for the weight's outputs, 1 for its inputs
 * @param factor the weight of the LoRA
 */
public record DoraChange(WeightChange direction, StoredTensor magnitude, int axis, double factor)
    implements WeightChange {

  @Override
  public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
    int axes = weight.getShape().dimension();
    long[] others = LongStream.range(0, axes).filter(other -> other != axis).toArray();
    long[] shape = LongStream.range(0, axes).map(other -> other == axis ? -1 : 1).toArray();
    NDArray d = direction.of(weight, kernels, local);
    NDArray m = TensorReader.float32(magnitude, kernels, local);
    return new LoraKernels(kernels).dora(local, weight, d, direction.factor(), m, shape, others);
  }

  @Override
  public String source() {
    return direction.source();
  }
}
