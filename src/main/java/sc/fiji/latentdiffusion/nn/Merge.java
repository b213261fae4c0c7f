package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import sc.fiji.latentdiffusion.addons.lora.LowRankChange;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * Adds changes to a weight: {@code W + Σ weight · ΔW(W)}, in float32. Each change is made to the
 * weight as its file has it, so that their order is of no importance but for rounding; the weight's
 * own memory, which may be a mapped file, is not written to.
 */
final class Merge {

  private final TensorReader reader;
  private final Kernels kernels;

  Merge(TensorReader reader, Kernels kernels) {
    this.reader = reader;
    this.kernels = kernels;
  }

  /**
   * Merges.
   *
   * @param tensor the weight
   * @param changes to it, at least one
   * @param precision of the result; rounded to it once
   * @param manager owns the result
   * @return a new tensor of the weight's shape
   * @throws IOException if a file can't be read, or the result is not finite
   */
  NDArray merged(
      StoredTensor tensor, List<LowRankChange> changes, Precision precision, NDManager manager)
      throws IOException {
    try (NDManager scope = manager.newSubManager()) {
      boolean transposed = changes.get(0).transposed();
      NDArray read = reader.read(tensor, tensor.shape(), Precision.FLOAT32, scope);
      NDArray weight = transposed ? read.transpose() : read;
      NDArray sum = weight;
      for (LowRankChange change : changes) {
        sum = add(sum, weight, change, scope);
      }
      NDArray whole = transposed ? sum.transpose() : sum;
      NDArray merged = kernels.call(manager, "cast", whole, precision.scalarType());
      requireFinite(merged, tensor, changes);
      return merged;
    }
  }

  private NDArray add(NDArray sum, NDArray weight, LowRankChange change, NDManager scope)
      throws IOException {
    try (NDManager local = scope.newSubManager()) {
      NDArray product = product(change, local);
      if (change.magnitude() == null) {
        return kernels.call(scope, "add_scaled", sum, product, change.scale() * change.weight());
      }
      NDArray dora = dora(weight, product, change, local);
      return kernels.call(scope, "add_scaled", sum, dora, change.weight());
    }
  }

  private NDArray product(LowRankChange change, NDManager local) throws IOException {
    NDArray up = read(change.up(), local);
    NDArray down = read(change.down(), local);
    return change.mid() == null
        ? kernels.call(local, "low_rank", up, down)
        : kernels.call(local, "tucker", up, read(change.mid(), local), down);
  }

  private NDArray dora(NDArray weight, NDArray product, LowRankChange change, NDManager local)
      throws IOException {
    int axis = change.magnitudeAxis();
    int axes = weight.getShape().dimension();
    long[] others = LongStream.range(0, axes).filter(other -> other != axis).toArray();
    long[] shape = LongStream.range(0, axes).map(other -> other == axis ? -1 : 1).toArray();
    NDArray magnitude = read(change.magnitude(), local);
    return kernels.call(local, "dora", weight, product, change.scale(), magnitude, shape, others);
  }

  private NDArray read(StoredTensor tensor, NDManager manager) throws IOException {
    return reader.read(tensor, tensor.shape(), Precision.FLOAT32, manager);
  }

  private void requireFinite(NDArray merged, StoredTensor tensor, List<LowRankChange> changes)
      throws IOException {
    try (NDArray extent = kernels.call(merged.getManager(), "float_extent", merged)) {
      if (Float.isFinite(extent.getFloat())) {
        return;
      }
    }
    List<String> files =
        changes.stream().map(change -> String.valueOf(change.up().file())).distinct().toList();
    throw new IOException(
        "The weight "
            + tensor.name()
            + " is no longer finite with the LoRA "
            + String.join(" and ", files)
            + ": give it a smaller weight, or copy or download it again.");
  }
}
