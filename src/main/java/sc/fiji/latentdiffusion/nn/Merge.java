/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * Adds changes to a weight: {@code W + Σ factor · Δ(W)}, in float32. Each change is computed from
 * the weight of the file: their order changes no more than the rounding. The weight's own memory is
 * not written to.
 */
final class Merge {

  private final Kernels kernels;

  Merge(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Adds changes to a weight.
   *
   * @param tensor the weight in its file
   * @param weight its numbers, float32
   * @param changes of the weight, at least one
   * @param precision of the result; the sum is rounded to it once
   * @param manager owns the result
   * @return a new tensor of the weight's shape
   * @throws IOException if a file can't be read, or the result is not finite
   */
  NDArray merged(
      StoredTensor tensor,
      NDArray weight,
      List<WeightChange> changes,
      Precision precision,
      NDManager manager)
      throws IOException {
    try (NDManager scope = manager.newSubManager()) {
      NDArray sum = weight;
      for (WeightChange change : changes) {
        sum = add(sum, weight, change, scope);
      }
      NDArray merged = kernels.tensors().cast(manager, sum, precision);
      requireFinite(merged, tensor, changes);
      return merged;
    }
  }

  private NDArray add(NDArray sum, NDArray weight, WeightChange change, NDManager scope)
      throws IOException {
    try (NDManager local = scope.newSubManager()) {
      NDArray delta = change.of(weight, kernels, local);
      return kernels.tensors().addScaled(scope, sum, delta, change.factor());
    }
  }

  private void requireFinite(NDArray merged, StoredTensor tensor, List<WeightChange> changes)
      throws IOException {
    if (kernels.tensors().isFinite(merged)) return;
    List<String> sources = changes.stream().map(WeightChange::source).distinct().toList();
    throw new IOException(
        "The weight "
            + tensor.name()
            + " is no longer finite with "
            + String.join(" and ", sources)
            + ": give it a smaller weight, or copy or download it again.");
  }
}
