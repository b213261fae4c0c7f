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
    reader = new TensorReader(kernels, pieceBytes);
    this.changes = Map.copyOf(changes);
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
    long[] seen = shape.length == 0 ? tensor.shape() : shape;
    List<LowRank> made = changes.getOrDefault(name, List.of());
    return made.isEmpty()
        ? reader.read(tensor, seen, precision, manager)
        : merged(tensor, made).reshape(new Shape(seen));
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
