package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * A network whose weights need not stay in memory while it has nothing to do: they are read again
 * when it has.
 */
final class ReleasableNetwork<N> implements AutoCloseable {

  /** Gives the tensors, anew each time. */
  @FunctionalInterface
  interface Tensors {
    TensorStore open() throws IOException;
  }

  /** Builds the network. */
  @FunctionalInterface
  interface Builder<N> {
    N build(Weights weights) throws IOException;
  }

  private final String name;
  private final Tensors tensors;
  private final Builder<N> builder;
  private TensorStore store;
  private N network;

  /** Builds it for the first time. */
  ReleasableNetwork(String name, Tensors tensors, Builder<N> builder) throws IOException {
    this.name = name;
    this.tensors = tensors;
    this.builder = builder;
    load();
  }

  private void load() throws IOException {
    store = tensors.open();
    try {
      network = builder.build(Weights.of(store));
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Returns the network, reading its weights again if they were released.
   *
   * @throws UncheckedIOException if they can't be read any more
   */
  N get() {
    if (network != null) return network;
    try {
      load();
      return network;
    } catch (IOException e) {
      throw new UncheckedIOException(
          name + " can't be read again since the model was loaded: " + e.getMessage(), e);
    }
  }

  /** Frees the weights until they are needed again. */
  void release() {
    if (network == null) return;
    network = null;
    store.close();
  }

  @Override
  public void close() {
    release();
  }
}
