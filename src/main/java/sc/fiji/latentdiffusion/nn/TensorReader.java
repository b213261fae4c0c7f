package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * Reads a tensor of a file into memory in a precision. One that the file holds in that precision is
 * the mapped file itself (on the CPU), any other is converted.
 */
final class TensorReader {

  private static final List<DType> FLOATS = List.of(DType.F32, DType.F16, DType.BF16);

  private final Kernels kernels;
  private final int pieceBytes;

  /**
   * @param kernels convert
   * @param pieceBytes how much is mapped at once; one mapping holds less than 2 GiB
   */
  TensorReader(Kernels kernels, int pieceBytes) {
    this.kernels = kernels;
    this.pieceBytes = pieceBytes;
  }

  /**
   * Reads.
   *
   * @param tensor of one of the float formats
   * @param shape to see it in, of the same number of elements
   * @param precision of the result
   * @param manager owns the result; its device is where it goes
   */
  NDArray read(StoredTensor tensor, long[] shape, Precision precision, NDManager manager)
      throws IOException {
    requireFloat(tensor);
    if (tensor.byteCount() <= pieceBytes) {
      return converted(tensor.dtype(), tensor.map(), new Shape(shape), precision, manager);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray whole = NDArrays.concat(pieces(tensor, precision, scope)).reshape(new Shape(shape));
      whole.attach(manager);
      return whole;
    }
  }

  private static void requireFloat(StoredTensor tensor) throws IOException {
    if (!FLOATS.contains(tensor.dtype())) {
      throw new IOException(
          "The tensor "
              + tensor.name()
              + " of "
              + tensor.file()
              + " holds "
              + tensor.dtype()
              + "; expected one of "
              + FLOATS
              + ". Quantised and other weights are not supported by this version.");
    }
  }

  private NDList pieces(StoredTensor tensor, Precision precision, NDManager scope)
      throws IOException {
    NDList pieces = new NDList();
    for (long from = 0; from < tensor.byteCount(); from += pieceBytes) {
      int length = (int) Math.min(pieceBytes, tensor.byteCount() - from);
      Shape shape = new Shape(length / tensor.dtype().bytes());
      pieces.add(converted(tensor.dtype(), tensor.map(from, length), shape, precision, scope));
    }
    return pieces;
  }

  private NDArray converted(
      DType dtype, ByteBuffer bytes, Shape shape, Precision precision, NDManager manager) {
    NDArray raw = raw(dtype, bytes, shape, manager);
    if (dtype == precision.dtype()) {
      return raw;
    }
    try (raw) {
      return kernels.call(manager, "cast", raw, precision.scalarType());
    }
  }

  private NDArray raw(DType dtype, ByteBuffer bytes, Shape shape, NDManager manager) {
    return switch (dtype) {
      case F32 -> manager.create(bytes, shape, DataType.FLOAT32);
      case F16 -> manager.create(bytes, shape, DataType.FLOAT16);
      default -> bfloat16(bytes, shape, manager);
    };
  }

  /** DJL has no name for bfloat16: the bytes are taken as such and seen anew by a kernel. */
  private NDArray bfloat16(ByteBuffer bytes, Shape shape, NDManager manager) {
    try (NDArray raw = manager.create(bytes, new Shape(bytes.remaining()), DataType.UINT8)) {
      return kernels.call(
          manager, "view_as", raw, Precision.BFLOAT16.scalarType(), shape.getShape());
    }
  }
}
