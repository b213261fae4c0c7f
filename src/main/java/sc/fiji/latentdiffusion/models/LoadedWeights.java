package sc.fiji.latentdiffusion.models;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whose weights are in memory: the networks of a model and the ControlNets beside it. Where memory
 * is scarce, those that have nothing to do make room for a piece of work.
 */
public final class LoadedWeights {

  private static final Logger LOG = System.getLogger(LoadedWeights.class.getName());
  private static final double GIB = 1L << 30;

  private final List<LazyNetwork<?>> networks = new CopyOnWriteArrayList<>();
  private final double limit;

  /**
   * @param limit how many bytes weights and work may take together
   */
  LoadedWeights(double limit) {
    this.limit = limit;
  }

  /** Adds a network. */
  public <N> LazyNetwork<N> add(LazyNetwork<N> network) {
    networks.add(network);
    return network;
  }

  /** Frees a network for good. */
  public void remove(LazyNetwork<?> network) {
    networks.remove(network);
    network.close();
  }

  /** Returns whether networks and a piece of work fit into memory together. */
  boolean hold(double work, LazyNetwork<?>... together) {
    double bytes = work;
    for (LazyNetwork<?> network : together) {
      bytes += network.bytes();
    }
    return bytes <= limit;
  }

  /**
   * Makes room: lets go of other networks, the largest first, until a network and its work fit.
   *
   * @param worker that is about to work, whether or not it is in memory
   * @param work bytes that it will take beside its weights
   */
  void makeRoom(LazyNetwork<?> worker, double work) {
    List<LazyNetwork<?>> others =
        networks.stream()
            .filter(network -> network != worker && network.isLoaded())
            .sorted(Comparator.comparingDouble(network -> -network.bytes()))
            .toList();
    double bytes = work + worker.bytes();
    bytes += others.stream().mapToDouble(LazyNetwork::bytes).sum();
    for (LazyNetwork<?> other : others) {
      if (bytes <= limit) return;
      if (other.release()) {
        bytes -= other.bytes();
        LOG.log(
            Level.INFO,
            String.format(
                "%s (%.1f GiB) is let go from memory for %s, and read again when it is needed.",
                other, other.bytes() / GIB, worker));
      }
    }
  }

  /** Frees all. */
  void close() {
    networks.forEach(LazyNetwork::close);
    networks.clear();
  }
}
