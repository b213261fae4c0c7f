/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.engine.Precision;

/** Tensors on their way: formats, copies, memory and sums; the text is {@code tensors}. */
public final class TensorKernels {

  private final KernelFunctions functions;

  TensorKernels(Kernels kernels) {
    functions = kernels.functions(TensorKernels.class, "tensors");
  }

  KernelFunctions functions() {
    return functions;
  }

  /**
   * Converts to a precision.
   *
   * @param owner of the result
   * @param x of any shape and format
   * @param precision of the result
   * @return the same numbers, rounded; may share the memory of {@code x} if that has the precision
   */
  public NDArray cast(NDManager owner, NDArray x, Precision precision) {
    return functions.call(owner, "cast", x, precision);
  }

  /**
   * Copies a tensor.
   *
   * @param owner of the result
   * @param x of any shape and format
   * @return the same numbers in memory of their own
   */
  public NDArray copy(NDManager owner, NDArray x) {
    return functions.call(owner, "copy", x);
  }

  /**
   * Takes memory.
   *
   * @param owner of the result
   * @param shape of the tensor
   * @param scalarType torch's number of its format
   * @return a tensor on the CPU whose numbers are undefined
   */
  public NDArray empty(NDManager owner, long[] shape, int scalarType) {
    return functions.call(owner, "empty", shape, scalarType);
  }

  /** {@code x} of main memory, on the GPU of {@code like}, without waiting for it. */
  NDArray uploaded(NDManager owner, NDArray x, NDArray like) {
    return functions.call(owner, "uploaded", x, like);
  }

  /** A copy of {@code x} on the device and in the format of {@code like}. */
  NDArray copiedLike(NDManager owner, NDArray x, NDArray like) {
    return functions.call(owner, "copied_like", x, like);
  }

  /** {@code x [o, i, h, w]} in memory of as many elements, {@code i} last there. */
  NDArray channelsLast(NDManager owner, NDArray x, NDArray memory) {
    return functions.call(owner, "channels_last", x, memory);
  }

  /** {@code x} of any shape in memory of the same shape. */
  NDArray copyTo(NDManager owner, NDArray x, NDArray memory) {
    return functions.call(owner, "copy_to", x, memory);
  }

  /** {@code x [b, c, h, w]} with {@code c} last in memory; itself if it has that. */
  NDArray laidOutChannelsLast(NDManager owner, NDArray x) {
    return functions.call(owner, "laid_out_channels_last", x);
  }

  /** The first {@code size} elements of {@code x [n]} in a shape of as many, a view. */
  NDArray part(NDManager owner, NDArray x, long size, long[] shape) {
    return functions.call(owner, "part", x, size, shape);
  }

  /** Rows of {@code x [n, …]} from the first to before the end, a view. */
  NDArray rows(NDManager owner, NDArray x, long first, long end) {
    return functions.call(owner, "rows", x, first, end);
  }

  /**
   * Adds.
   *
   * @param owner of the result
   * @param x of any shape
   * @param y of the same shape
   * @return {@code x + y}
   */
  public NDArray plus(NDManager owner, NDArray x, NDArray y) {
    return functions.call(owner, "plus", x, y);
  }

  /**
   * Adds a multiple, rounding once.
   *
   * @param owner of the result
   * @param x of any shape
   * @param y of as many elements in the same order
   * @param factor of {@code y}
   * @return {@code x + factor · y}, of the shape of {@code x}
   */
  public NDArray addScaled(NDManager owner, NDArray x, NDArray y, double factor) {
    return functions.call(owner, "add_scaled", x, y, factor);
  }

  /**
   * Copies a tensor to one with respect to which can be differentiated.
   *
   * @param owner of the result
   * @param x of any shape and format
   * @return the same numbers, laid out alike
   */
  NDArray needingGradient(NDManager owner, NDArray x) {
    return functions.call(owner, "needing_gradient", x);
  }

  /**
   * Looks for infinities and for numbers that are none.
   *
   * @param x of any shape and format
   * @return whether all its numbers are finite
   */
  public boolean isFinite(NDArray x) {
    try (NDArray extent = functions.call(x.getManager(), "extent", x)) {
      return Float.isFinite(extent.getFloat());
    }
  }
}
