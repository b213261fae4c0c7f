package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The files of a network's tensors, and how they are read. Their headers are read once for all
 * networks that share them, as the halves of a VAE do; for weights, files are opened anew.
 */
public final class NetworkFiles {

  /** Opens the files. */
  @FunctionalInterface
  public interface Tensors {
    Map<String, StoredTensor> open() throws IOException;
  }

  private final Tensors tensors;
  private final Map<String, StoredTensor> headers;
  private final Map<String, List<WeightChange>> changes;
  private final NDManager manager;
  private final Kernels kernels;
  private final Precision precision;

  /**
   * Reads the headers.
   *
   * @param tensors opens the files
   * @param changes of the weights, by tensor
   * @param manager will own what is read
   * @param kernels run on it
   * @param precision to read it in
   * @throws IOException if a file can't be read
   */
  NetworkFiles(
      Tensors tensors,
      Map<String, List<WeightChange>> changes,
      NDManager manager,
      Kernels kernels,
      Precision precision)
      throws IOException {
    this.tensors = tensors;
    this.changes = changes;
    this.manager = manager;
    this.kernels = kernels;
    this.precision = precision;
    headers = tensors.open();
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
        () -> new TensorStore(tensors.open(), changes, manager, kernels, precision),
        builder);
  }
}
