/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.files.FileStamp;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.TrainedWeights;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The files of a network's tensors, and how they are read. Their headers are read once for all
 * networks that share them, as the halves of a VAE do; for weights, files are opened anew and must
 * be the same files still.
 */
public final class NetworkFiles {

  /** Opens the files. */
  @FunctionalInterface
  public interface Tensors {
    Map<String, StoredTensor> open() throws IOException;
  }

  private final Tensors tensors;
  private final Map<String, StoredTensor> headers;
  private final Set<FileStamp> stamps;
  private final Map<String, List<WeightChange>> changes;
  private final Optional<TrainedWeights> trained;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;

  /**
   * Reads the headers.
   *
   * @param tensors opens the files
   * @param changes of the weights, by tensor
   * @param trained the weights that are trained, if there are some
   * @param manager will own the tensors
   * @param kernels run on it
   * @param precision to read it in
   * @throws IOException if a file can't be read
   */
  NetworkFiles(
      Tensors tensors,
      Map<String, List<WeightChange>> changes,
      Optional<TrainedWeights> trained,
      NDManager manager,
      Kernels kernels,
      Precision precision)
      throws IOException {
    this.tensors = tensors;
    this.changes = changes;
    this.trained = trained;
    this.manager = manager;
    this.kernels = kernels;
    this.precision = precision;
    headers = tensors.open();
    stamps = stamps(headers);
  }

  private Map<String, StoredTensor> reopened() throws IOException {
    Map<String, StoredTensor> opened = tensors.open();
    if (stamps(opened).equals(stamps)) return opened;
    throw new IOException(
        "its files were replaced after the model was loaded; run the command again to use the new"
            + " ones");
  }

  private static Set<FileStamp> stamps(Map<String, StoredTensor> tensors) throws IOException {
    Set<FileStamp> stamps = new HashSet<>();
    for (Path file : new HashSet<>(tensors.values().stream().map(StoredTensor::file).toList())) {
      stamps.add(FileStamp.of(file));
    }
    return stamps;
  }

  /**
   * Checks a network by the headers.
   *
   * @param name for messages, "The VAE of …"
   * @param builder builds it
   * @throws IOException if a tensor is missing or left over, or something is not supported
   */
  public <N> LazyNetwork<N> network(String name, LazyNetwork.Builder<N> builder)
      throws IOException {
    return new LazyNetwork<>(
        name,
        new TensorHeaders(headers, manager, kernels, precision),
        this::store,
        builder,
        trained.isPresent());
  }

  private TensorStore store() throws IOException {
    TrainedWeights own = trained.orElseGet(() -> new TrainedWeights(Set.of()));
    return new TensorStore(reopened(), changes, own, manager, kernels, precision);
  }
}
