/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sc.fiji.latentdiffusion.engine.MallocTrim;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The tensors of one network on their way from its files into memory. A tensor in the run's
 * precision is read as it is (on the CPU). A tensor of another format is converted once. A tensor
 * with changes is merged with them. A quantised matrix stays quantised, unless the network is made
 * for training.
 */
public final class TensorStore extends TensorHeaders {

  private static final TrainedWeights NONE = new TrainedWeights(Set.of());

  private final Staging staging;
  private final TensorReader reader;
  private final Map<String, List<WeightChange>> changes;
  private final TrainedWeights trained;
  private QuantisedWeights quantised;

  /**
   * @param tensors by name
   * @param manager will own the tensors that are read, on its device
   * @param kernels run on the tensors
   * @param precision of the tensors that are read
   */
  public TensorStore(
      Map<String, StoredTensor> tensors, NDManager manager, Kernels kernels, Precision precision) {
    this(tensors, Map.of(), manager, kernels, precision);
  }

  /**
   * @param tensors by name
   * @param changes made to tensors when they are read, by the tensor's name
   * @param manager will own the tensors that are read, on its device
   * @param kernels run on the tensors
   * @param precision of the tensors that are read
   */
  public TensorStore(
      Map<String, StoredTensor> tensors,
      Map<String, List<WeightChange>> changes,
      NDManager manager,
      Kernels kernels,
      Precision precision) {
    this(tensors, changes, NONE, manager, kernels, precision, TensorReader.LARGEST_PIECE);
  }

  /**
   * @param tensors by name
   * @param changes made to tensors when they are read, by the tensor's name
   * @param trained the weights that are trained
   * @param manager will own the tensors that are read, on its device
   * @param kernels run on the tensors
   * @param precision of the tensors that are read
   */
  public TensorStore(
      Map<String, StoredTensor> tensors,
      Map<String, List<WeightChange>> changes,
      TrainedWeights trained,
      NDManager manager,
      Kernels kernels,
      Precision precision) {
    this(tensors, changes, trained, manager, kernels, precision, TensorReader.LARGEST_PIECE);
  }

  TensorStore(
      Map<String, StoredTensor> tensors,
      Map<String, List<WeightChange>> changes,
      NDManager manager,
      Kernels kernels,
      Precision precision,
      int pieceBytes) {
    this(tensors, changes, NONE, manager, kernels, precision, pieceBytes);
  }

  private TensorStore(
      Map<String, StoredTensor> tensors,
      Map<String, List<WeightChange>> changes,
      TrainedWeights trained,
      NDManager manager,
      Kernels kernels,
      Precision precision,
      int pieceBytes) {
    super(tensors, manager, kernels, precision);
    staging = new Staging(kernels, manager());
    reader = new TensorReader(kernels, staging, pieceBytes);
    this.changes = Map.copyOf(changes);
    this.trained = trained;
  }

  @Override
  public NDArray read(String name, long... shape) throws IOException {
    if (staysQuantised(name)) return quantised(List.of(name));
    return trained.part(manager(), kernels(), plain(name, shape), name, 0);
  }

  /** A graph that gradients run through would keep numbers that are gone after the call. */
  private boolean staysQuantised(String name) throws IOException {
    StoredTensor tensor = asked(name);
    return tensor.dtype().isQuantised()
        && tensor.shape().length == 2
        && !kernels().areDifferentiable();
  }

  private NDArray quantised(List<String> names) throws IOException {
    if (quantised == null) {
      quantised = new QuantisedWeights(reader, kernels(), precision(), manager());
    }
    List<StoredTensor> tensors = new ArrayList<>();
    List<List<WeightChange>> made = new ArrayList<>();
    for (String name : names) {
      tensors.add(asked(name));
      made.add(changes.getOrDefault(name, List.of()));
    }
    return quantised.read(tensors, made);
  }

  @Override
  Parameters parameters(List<NDArray> read) {
    return quantised == null ? super.parameters(read) : quantised.parameters(read);
  }

  private NDArray plain(String name, long... shape) throws IOException {
    StoredTensor tensor = asked(name);
    long[] seen = shape.length == 0 ? tensor.shape() : shape;
    List<WeightChange> made = changes.getOrDefault(name, List.of());
    return made.isEmpty()
        ? reader.read(tensor, seen, precision(), manager())
        : merged(tensor, made, manager()).reshape(new Shape(seen));
  }

  @Override
  NDArray packed(String name, int stride) throws IOException {
    if (staysQuantised(name)) return read(name);
    if (!isPacked(name)) return trained.part(manager(), kernels(), unpacked(name), name, 0);
    try (NDManager scope = manager().newSubManager()) {
      return packed(staged(name, scope), stride);
    }
  }

  @Override
  NDArray packedForUpsampling(String name) throws IOException {
    if (!isPacked(name)) return trained.part(manager(), kernels(), unpacked(name), name, 0);
    try (NDManager scope = manager().newSubManager()) {
      return kernels().operators().packUpsample(manager(), staged(name, scope));
    }
  }

  /** A convolution would turn its weight's channels last at every call, as its image's are. */
  private NDArray unpacked(String name) throws IOException {
    NDArray weight = plain(name);
    if (weight.getShape().dimension() != 4) return weight;
    try (weight) {
      return kernels().tensors().laidOutChannelsLast(manager(), weight);
    }
  }

  @Override
  List<NDArray> packedHalves(String name) throws IOException {
    if (!isPacked(name)) return trainedHalves(name);
    try (NDManager scope = manager().newSubManager()) {
      return halves(staged(name, scope), scope).stream().map(half -> packed(half, 1)).toList();
    }
  }

  private List<NDArray> trainedHalves(String name) throws IOException {
    List<NDArray> trainable = new ArrayList<>();
    long first = 0;
    for (NDArray half : halves(plain(name), manager())) {
      long rows = half.getShape().get(0);
      trainable.add(trained.part(manager(), kernels(), half, name, first));
      first += rows;
    }
    return trainable;
  }

  private List<NDArray> halves(NDArray whole, NDManager owner) {
    long rows = whole.getShape().get(0);
    return List.of(
        kernels().tensors().rows(owner, whole, 0, rows / 2),
        kernels().tensors().rows(owner, whole, rows / 2, rows));
  }

  @Override
  NDArray packedTogether(List<String> names) throws IOException {
    if (names.size() == 1) return packed(names.get(0), 1);
    if (stayQuantised(names)) return quantised(names);
    try (NDManager scope = manager().newSubManager()) {
      NDList parts = new NDList();
      List<Long> heights = new ArrayList<>();
      for (String name : names) {
        NDArray part = plain(name);
        heights.add(part.getShape().get(0));
        part.attach(scope);
        parts.add(part);
      }
      NDArray whole = NDArrays.concat(parts);
      if (isPacked(names.get(0))) return packed(whole, 1);
      whole.attach(manager());
      return trained.together(manager(), kernels(), whole, names, heights);
    }
  }

  private boolean stayQuantised(List<String> names) throws IOException {
    for (String name : names) if (!staysQuantised(name)) return false;
    return true;
  }

  private boolean isPacked(String name) throws IOException {
    return kernels().packs(precision()) && shape(name).length > 1;
  }

  private NDArray staged(String name, NDManager scope) throws IOException {
    StoredTensor tensor = asked(name);
    List<WeightChange> made = changes.getOrDefault(name, List.of());
    return made.isEmpty() ? reader.staged(tensor, precision(), scope) : merged(tensor, made, scope);
  }

  private NDArray packed(NDArray weight, int stride) {
    return weight.getShape().dimension() == 4
        ? kernels().operators().packConv(manager(), weight, stride)
        : kernels().operators().packLinear(manager(), weight);
  }

  private NDArray merged(StoredTensor tensor, List<WeightChange> made, NDManager owner)
      throws IOException {
    try (NDManager scope = owner.newSubManager()) {
      NDArray weight = reader.read(tensor, tensor.shape(), Precision.FLOAT32, scope);
      return new Merge(kernels()).merged(tensor, weight, made, precision(), owner);
    }
  }

  @Override
  void requireAllRead(String network, String prefix) throws IOException {
    staging.release();
    super.requireAllRead(network, prefix);
  }

  @Override
  public void close() {
    staging.close();
    super.close();
    MallocTrim.giveBack(bytes());
  }
}
