/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.engine.OutOfMemory;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * Reads a tensor of a file into memory in a precision. On the CPU a tensor that the file holds in
 * that precision is read to where it stays; any other passes through memory that the next one uses
 * again. Quantised ones are expanded. Nothing of the file is in use afterwards.
 */
public final class TensorReader {

  /** How many bytes are read at once. */
  static final int LARGEST_PIECE = 1 << 30;

  /** Torch's number of bytes. */
  private static final int UINT8 = 0;

  private static final List<DType> FLOATS =
      List.of(DType.F32, DType.F16, DType.BF16, DType.F64, DType.F8_E4M3, DType.F8_E5M2);

  private final Kernels all;
  private final TensorKernels kernels;
  private final Staging staging;
  private final int pieceBytes;

  /**
   * @param kernels convert
   * @param staging memory that tensors pass through
   * @param pieceBytes the most bytes that are read at once, less than 2 GiB
   */
  TensorReader(Kernels kernels, Staging staging, int pieceBytes) {
    all = kernels;
    this.kernels = kernels.tensors();
    this.staging = staging;
    this.pieceBytes = pieceBytes;
  }

  /**
   * Reads one tensor by itself.
   *
   * @param tensor of one of the float formats
   * @param kernels convert
   * @param owner of the result, on its device
   * @return the tensor in its file's shape, float32
   * @throws IOException if it can't be read or is of no float format
   */
  public static NDArray float32(StoredTensor tensor, Kernels kernels, NDManager owner)
      throws IOException {
    try (Staging staging = new Staging(kernels, owner)) {
      return new TensorReader(kernels, staging, LARGEST_PIECE)
          .read(tensor, tensor.shape(), Precision.FLOAT32, owner);
    }
  }

  /**
   * Reads a tensor.
   *
   * @param tensor of one of the float formats
   * @param shape of the result, with the same number of elements
   * @param precision of the result
   * @param manager owns the result, on its device
   * @throws IOException if it can't be read or is of no float format
   */
  NDArray read(StoredTensor tensor, long[] shape, Precision precision, NDManager manager)
      throws IOException {
    requireFloat(tensor);
    if (tensor.dtype().isQuantised()) return expanded(tensor, shape, precision, manager);
    try {
      return staysAsItIs(tensor, precision, manager)
          ? read(tensor, shape, manager)
          : copy(tensor, shape, precision, manager);
    } catch (EngineException e) {
      throw OutOfMemory.explained(e);
    }
  }

  private NDArray expanded(
      StoredTensor tensor, long[] shape, Precision precision, NDManager manager)
      throws IOException {
    BlockKernels blocks = new BlockKernels(all);
    try (NDManager scope = manager.newSubManager()) {
      NDArray bytes = blocks(tensor, scope);
      NDArray memory = blocks.emptyBeside(scope, bytes, tensor.elements(), precision);
      blocks.expandInto(bytes, tensor.dtype(), memory, precision);
      NDArray whole = memory.reshape(new Shape(shape));
      whole.attach(manager);
      return whole;
    }
  }

  /**
   * Reads the blocks of a quantised tensor.
   *
   * @param tensor that is quantised
   * @param manager owns the result, on its device
   * @return {@code [bytes]}, uint8
   * @throws IOException if it can't be read
   */
  NDArray blocks(StoredTensor tensor, NDManager manager) throws IOException {
    try (NDManager scope = manager.newSubManager()) {
      NDArray bytes = onCpu(tensor, scope);
      if (!manager.getDevice().equals(Device.cpu())) {
        bytes = kernels.copiedLike(scope, bytes, scope.zeros(new Shape(1), DataType.UINT8));
      }
      bytes.attach(manager);
      return bytes;
    } catch (EngineException e) {
      throw OutOfMemory.explained(e);
    }
  }

  private NDArray onCpu(StoredTensor tensor, NDManager scope) throws IOException {
    NDArray bytes = kernels.empty(scope, new long[] {tensor.byteCount()}, UINT8);
    for (long from = 0; from < tensor.byteCount(); from += pieceBytes) {
      long end = Math.min(tensor.byteCount(), from + pieceBytes);
      try (NDArray piece = kernels.rows(scope, bytes, from, end)) {
        tensor.read(from, ((PtNDArray) piece).toByteBuffer(true));
      }
    }
    return bytes;
  }

  private boolean staysAsItIs(StoredTensor tensor, Precision precision, NDManager manager) {
    return tensor.dtype() == precision.dtype()
        && manager.getDevice().equals(Device.cpu())
        && tensor.byteCount() <= pieceBytes;
  }

  private NDArray read(StoredTensor tensor, long[] shape, NDManager manager) throws IOException {
    NDArray memory = kernels.empty(manager, shape, scalarType(tensor.dtype()));
    try {
      if (tensor.byteCount() > 0) tensor.read(0, ((PtNDArray) memory).toByteBuffer(true));
      return memory;
    } catch (IOException e) {
      memory.close();
      throw e;
    }
  }

  private NDArray copy(StoredTensor tensor, long[] shape, Precision precision, NDManager manager)
      throws IOException {
    if (tensor.byteCount() <= pieceBytes) {
      return piece(tensor, 0, (int) tensor.byteCount(), shape, precision, manager);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray whole = NDArrays.concat(pieces(tensor, precision, scope)).reshape(new Shape(shape));
      whole.attach(manager);
      return whole;
    }
  }

  /**
   * Reads a tensor to be laid out anew: on the CPU, in memory that the next call uses again.
   *
   * @param tensor of one of the float formats
   * @param precision of the result
   * @param scope owns the view
   * @return the tensor; if it has four dimensions, its channels may be last in memory
   */
  NDArray staged(StoredTensor tensor, Precision precision, NDManager scope) throws IOException {
    requireFloat(tensor);
    long[] shape = tensor.shape();
    if (tensor.dtype().isQuantised()) return expanded(tensor, shape, precision, scope);
    if (tensor.byteCount() > pieceBytes) return copy(tensor, shape, precision, scope);
    NDArray raw = filled(tensor, 0, (int) tensor.byteCount(), shape, scope);
    if (tensor.dtype() == precision.dtype()) return raw;
    NDArray memory = staging.view(shape, precision.scalarType(), scope);
    return shape.length == 4
        ? kernels.channelsLast(scope, raw, memory)
        : kernels.copyTo(scope, raw, memory);
  }

  static void requireFloat(StoredTensor tensor) throws IOException {
    if (!tensor.dtype().isQuantised() && !FLOATS.contains(tensor.dtype())) {
      throw new IOException(
          "The tensor "
              + tensor.name()
              + " of "
              + tensor.file()
              + " holds "
              + tensor.dtype()
              + "; expected one of "
              + FLOATS
              + ", or a quantised type of GGUF. Other weights are not supported.");
    }
  }

  private NDList pieces(StoredTensor tensor, Precision precision, NDManager scope)
      throws IOException {
    NDList pieces = new NDList();
    for (long from = 0; from < tensor.byteCount(); from += pieceBytes) {
      int length = (int) Math.min(pieceBytes, tensor.byteCount() - from);
      long[] shape = {length / tensor.dtype().bytes()};
      pieces.add(piece(tensor, from, length, shape, precision, scope));
    }
    return pieces;
  }

  private NDArray piece(
      StoredTensor tensor,
      long from,
      int length,
      long[] shape,
      Precision precision,
      NDManager manager)
      throws IOException {
    try (NDManager local = manager.newSubManager();
        NDArray none = local.create(new float[0])) {
      NDArray raw = filled(tensor, from, length, shape, local);
      NDArray like = kernels.cast(local, none, precision);
      return kernels.copiedLike(manager, raw, like);
    }
  }

  /** Reads bytes into staged memory of the file's format. */
  private NDArray filled(StoredTensor tensor, long from, int length, long[] shape, NDManager scope)
      throws IOException {
    NDArray raw = staging.view(shape, scalarType(tensor.dtype()), scope);
    if (length > 0) tensor.read(from, ((PtNDArray) raw).toByteBuffer(true));
    return raw;
  }

  /** Torch's number of a format that is read. */
  private static int scalarType(DType dtype) {
    return switch (dtype) {
      case F64 -> 7;
      case F32 -> Precision.FLOAT32.scalarType();
      case F16 -> Precision.FLOAT16.scalarType();
      case BF16 -> Precision.BFLOAT16.scalarType();
      case F8_E5M2 -> 23;
      case F8_E4M3 -> 24;
      default -> throw new IllegalArgumentException("Not read: " + dtype);
    };
  }
}
