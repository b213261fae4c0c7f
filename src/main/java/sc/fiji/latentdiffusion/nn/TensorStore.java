package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The tensors of one network on their way from its files into memory. A tensor in the run's
 * precision is the mapped file itself (on the CPU), any other is converted once, and one that is to
 * be changed is merged with its changes. Remembers which tensors were read.
 */
public final class TensorStore implements AutoCloseable {

  private final TreeMap<String, StoredTensor> tensors;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;
  private final Staging staging;
  private final TensorReader reader;
  private final Map<String, List<LowRank>> changes;
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
    this(tensors, Map.of(), manager, kernels, precision);
  }

  /**
   * @param tensors by name
   * @param changes made to tensors when they are read, by the tensor's name
   * @param manager will own what is read; its device is where it goes
   * @param kernels run on them
   * @param precision to read them in
   */
  public TensorStore(
      Map<String, StoredTensor> tensors,
      Map<String, List<LowRank>> changes,
      NDManager manager,
      Kernels kernels,
      Precision precision) {
    this(tensors, changes, manager, kernels, precision, 1 << 30);
  }

  TensorStore(
      Map<String, StoredTensor> tensors,
      Map<String, List<LowRank>> changes,
      NDManager manager,
      Kernels kernels,
      Precision precision,
      int pieceBytes) {
    this.manager = manager.newSubManager();
    staging = new Staging(kernels, this.manager);
    reader = new TensorReader(kernels, staging, pieceBytes);
    this.changes = Map.copyOf(changes);
    this.tensors = new TreeMap<>(tensors);
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
    long[] seen = shape.length == 0 ? tensor.shape() : shape;
    List<LowRank> made = changes.getOrDefault(name, List.of());
    return made.isEmpty()
        ? reader.read(tensor, seen, precision, manager)
        : merged(tensor, made).reshape(new Shape(seen));
  }

  /** Reads a weight laid out for the processor, where that makes it faster. */
  NDArray packed(String name, int stride) throws IOException {
    if (!isPacked(name)) return read(name);
    try (NDManager scope = manager.newSubManager()) {
      return packed(staged(name, scope), stride);
    }
  }

  /** Reads the first and the second half of a weight's or bias's rows, laid out as one by one. */
  List<NDArray> packedHalves(String name) throws IOException {
    if (!isPacked(name)) return halves(read(name), manager);
    try (NDManager scope = manager.newSubManager()) {
      return halves(staged(name, scope), scope).stream().map(half -> packed(half, 1)).toList();
    }
  }

  private List<NDArray> halves(NDArray whole, NDManager owner) {
    long rows = whole.getShape().get(0);
    return List.of(
        kernels.call(owner, "rows", whole, 0, rows / 2),
        kernels.call(owner, "rows", whole, rows / 2, rows));
  }

  private boolean isPacked(String name) throws IOException {
    return kernels.packs(precision) && stored(name).shape().length > 1;
  }

  private NDArray staged(String name, NDManager scope) throws IOException {
    StoredTensor tensor = stored(name);
    unread.remove(name);
    List<LowRank> made = changes.getOrDefault(name, List.of());
    return made.isEmpty()
        ? reader.staged(tensor, precision, scope)
        : new Merge(reader, kernels).merged(tensor, made, precision, scope);
  }

  private NDArray packed(NDArray weight, int stride) {
    return weight.getShape().dimension() == 4
        ? kernels.call(manager, "pack_conv", weight, stride)
        : kernels.call(manager, "pack_linear", weight);
  }

  private NDArray merged(StoredTensor tensor, List<LowRank> made) throws IOException {
    return new Merge(reader, kernels).merged(tensor, made, precision, manager);
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

  Parameters keep(Parameters list) {
    lists.add(list);
    return list;
  }

  void ignore(String name) {
    unread.remove(name);
  }

  void requireAllRead(String network, String prefix) throws IOException {
    staging.release();
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
    staging.close();
    manager.close();
  }
}
