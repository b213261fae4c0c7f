/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The tensors of one network as the headers of its files describe them. A network that is built
 * from them is checked as a whole and knows all its shapes, but it has no numbers and can't run.
 * This remembers which tensors were asked for.
 */
public class TensorHeaders implements AutoCloseable {

  private final TreeMap<String, StoredTensor> tensors;
  private final Kernels kernels;
  private final Precision precision;
  private final Set<String> unread;
  private final Set<String> asked = new HashSet<>();
  private final List<Parameters> lists = new ArrayList<>();
  private final NDManager manager;
  private NDArray empty;

  /**
   * @param tensors by name
   * @param manager will own the tensors that are read
   * @param kernels run on the tensors
   * @param precision of the tensors that are read
   */
  public TensorHeaders(
      Map<String, StoredTensor> tensors, NDManager manager, Kernels kernels, Precision precision) {
    this.tensors = new TreeMap<>(tensors);
    this.manager = manager.newSubManager();
    this.kernels = kernels;
    this.precision = precision;
    unread = new TreeSet<>(tensors.keySet());
  }

  NDManager manager() {
    return manager;
  }

  Kernels kernels() {
    return kernels;
  }

  Precision precision() {
    return precision;
  }

  /** Returns how many bytes the tensors that were asked for take in the precision of the run. */
  public double bytes() {
    int elementBytes = precision.dtype().bytes();
    return asked.stream()
        .map(tensors::get)
        .mapToDouble(tensor -> tensor.bytesInMemory(elementBytes))
        .sum();
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

  /** Returns the exception for a tensor whose shape does not fit the layers beside it. */
  IOException misfit(String name, long[] expected, long[] found) {
    return new IOException(
        "The tensor "
            + name
            + where()
            + " has the shape "
            + Arrays.toString(found)
            + "; expected "
            + Arrays.toString(expected).replace("-1", "n")
            + ", to fit the layers beside it. The file is damaged, or put together from different"
            + " models: copy or download it again, or choose another model.");
  }

  NDArray read(String name, long... shape) throws IOException {
    return described(name);
  }

  /** Reads a weight laid out for the processor, where that makes it faster. */
  NDArray packed(String name, int stride) throws IOException {
    return described(name);
  }

  /** Reads a weight of a convolution after an enlargement, as {@link #packed}. */
  NDArray packedForUpsampling(String name) throws IOException {
    return described(name);
  }

  /** Reads the first and the second half of a weight's or bias's rows, each laid out by itself. */
  List<NDArray> packedHalves(String name) throws IOException {
    return List.of(described(name), described(name));
  }

  /** Reads weights or biases of equally many columns as one tensor, laid out as one. */
  NDArray packedTogether(List<String> names) throws IOException {
    for (String name : names) described(name);
    return empty;
  }

  private NDArray described(String name) throws IOException {
    asked(name);
    if (empty == null) {
      empty = manager.create(new float[0]);
    }
    return empty;
  }

  /** Returns the tensor of that name and notes that the network asked for it. */
  StoredTensor asked(String name) throws IOException {
    StoredTensor tensor = stored(name);
    TensorReader.requireFloat(tensor);
    unread.remove(name);
    asked.add(name);
    return tensor;
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

  /** Makes the list of a kernel from tensors that were read. */
  Parameters parameters(List<NDArray> read) {
    return new Parameters(read);
  }

  Parameters keep(Parameters list) {
    lists.add(list);
    return list;
  }

  void ignore(String name) {
    unread.remove(name);
  }

  void ignoreAll(String start) {
    unread.removeIf(name -> name.startsWith(start));
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

  /** Frees all tensors and lists that were read. */
  @Override
  public void close() {
    lists.forEach(Parameters::close);
    manager.close();
  }
}
