/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Main memory that tensors pass through on their way from a file. All tensors share it, because
 * memory fresh from the system costs more time than the copy.
 */
final class Staging implements AutoCloseable {

  private final TensorKernels kernels;
  private final NDManager manager;
  private final Map<Integer, NDArray> memory = new HashMap<>();

  /**
   * @param kernels make views
   * @param manager owns the memory until {@link #close}
   */
  Staging(Kernels kernels, NDManager manager) {
    this.kernels = kernels.tensors();
    this.manager = manager.newSubManager(Device.cpu());
  }

  /**
   * Gives memory. The next call for the same format gives the same memory again.
   *
   * @param shape of the tensor
   * @param scalarType torch's number of its format
   * @param owner of the view
   * @return a contiguous tensor, its numbers undefined
   */
  NDArray view(long[] shape, int scalarType, NDManager owner) {
    long size = LongStream.of(shape).reduce(1, (a, b) -> a * b);
    NDArray whole = memory.get(scalarType);
    if (whole == null || whole.size() < size) {
      if (whole != null) whole.close();
      whole = kernels.empty(manager, new long[] {size}, scalarType);
      memory.put(scalarType, whole);
    }
    return kernels.part(owner, whole, size, shape);
  }

  /** Frees the memory; the next call of {@link #view} takes it anew. */
  void release() {
    memory.values().forEach(NDArray::close);
    memory.clear();
  }

  @Override
  public void close() {
    release();
    manager.close();
  }
}
