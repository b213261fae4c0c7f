package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The tensors of one network on their way from its files into memory. A tensor in the run's
 * precision is the mapped file itself (on the CPU), any other is converted once. Remembers which
 * tensors were read.
 */
public final class TensorStore implements AutoCloseable {

  private static final List<DType> FLOATS = List.of(DType.F32, DType.F16, DType.BF16);

  private final TreeMap<String, StoredTensor> tensors;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;
  private final int pieceBytes;
  private final Set<String> unread;
  private final List<Parameters> lists = new ArrayList<>();

  /**
   * @param tensors by name
   * @param manager will own what is read; its device is where it goes
   * @param kernels run on them
   * @param precision to read them in
   */
  public TensorStore(
      Map<String, StoredTensor> tensors, NDManager manager, Kernels kernels, Precision precision) {
    this(tensors, manager, kernels, precision, 1 << 30);
  }

  TensorStore(
      Map<String, StoredTensor> tensors,
      NDManager manager,
      Kernels kernels,
      Precision precision,
      int pieceBytes) {
    this.pieceBytes = pieceBytes;
    this.tensors = new TreeMap<>(tensors);
    this.manager = manager.newSubManager();
    this.kernels = kernels;
    this.precision = precision;
    unread = new TreeSet<>(tensors.keySet());
  }

  Kernels kernels() {
    return kernels;
  }

  Precision precision() {
    return precision;
  }

  boolean has(String name) {
    if (tensors.containsKey(name)) {
      return true;
    }
    String next = tensors.ceilingKey(name + ".");
    return next != null && next.startsWith(name + ".");
  }

  long[] shape(String name) throws IOException {
    return stored(name).shape();
  }

  NDArray read(String name, long... shape) throws IOException {
    StoredTensor tensor = stored(name);
    unread.remove(name);
    return load(tensor, shape.length == 0 ? tensor.shape() : shape);
  }

  private StoredTensor stored(String name) throws IOException {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IOException(
          "The tensor "
              + name
              + " is missing"
              + where()
              + "; the model is of another kind or incomplete.");
    }
    return tensor;
  }

  private String where() {
    return tensors.isEmpty() ? "" : " in " + tensors.firstEntry().getValue().file();
  }

  private NDArray load(StoredTensor tensor, long[] shape) throws IOException {
    requireFloat(tensor);
    if (tensor.byteCount() <= pieceBytes) {
      return converted(tensor, tensor.map(), new Shape(shape));
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray whole = NDArrays.concat(pieces(tensor, scope)).reshape(new Shape(shape));
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

  /** One mapping holds less than 2 GiB. */
  private NDList pieces(StoredTensor tensor, NDManager scope) throws IOException {
    NDList pieces = new NDList();
    for (long from = 0; from < tensor.byteCount(); from += pieceBytes) {
      int length = (int) Math.min(pieceBytes, tensor.byteCount() - from);
      Shape shape = new Shape(length / tensor.dtype().bytes());
      NDArray piece = converted(tensor, tensor.map(from, length), shape);
      piece.attach(scope);
      pieces.add(piece);
    }
    return pieces;
  }

  private NDArray converted(StoredTensor tensor, ByteBuffer bytes, Shape shape) {
    NDArray raw = raw(tensor.dtype(), bytes, shape);
    if (tensor.dtype() == precision.dtype()) {
      return raw;
    }
    try (raw) {
      return kernels.call(manager, "cast", raw, precision.scalarType());
    }
  }

  private NDArray raw(DType dtype, ByteBuffer bytes, Shape shape) {
    return switch (dtype) {
      case F32 -> manager.create(bytes, shape, DataType.FLOAT32);
      case F16 -> manager.create(bytes, shape, DataType.FLOAT16);
      default -> bfloat16(bytes, shape);
    };
  }

  /** DJL has no name for bfloat16: the bytes are taken as such and seen anew by a kernel. */
  private NDArray bfloat16(ByteBuffer bytes, Shape shape) {
    try (NDArray raw = manager.create(bytes, new Shape(bytes.remaining()), DataType.UINT8)) {
      return kernels.call(
          manager, "view_as", raw, Precision.BFLOAT16.scalarType(), shape.getShape());
    }
  }

  Parameters keep(Parameters list) {
    lists.add(list);
    return list;
  }

  void ignore(String name) {
    unread.remove(name);
  }

  void requireAllRead(String network, String prefix) throws IOException {
    List<String> left = unread.stream().filter(name -> name.startsWith(prefix)).toList();
    if (!left.isEmpty()) {
      throw new IOException(
          network
              + " has no place for "
              + left.size()
              + " tensors"
              + where()
              + ": "
              + String.join(", ", left.subList(0, Math.min(5, left.size())))
              + (left.size() > 5 ? ", …" : "")
              + ". The model has parts that are not supported, or its config does not fit its"
              + " weights.");
    }
  }

  /** Frees all tensors. */
  @Override
  public void close() {
    lists.forEach(Parameters::close);
    manager.close();
  }
}
