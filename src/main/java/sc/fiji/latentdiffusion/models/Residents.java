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
final class Residents {

  private static final Logger LOG = System.getLogger(Residents.class.getName());
  private static final double GIB = 1L << 30;

  private final List<ReleasableNetwork<?>> networks = new CopyOnWriteArrayList<>();
  private final double limit;

  /**
   * @param limit how many bytes weights and work may take together
   */
  Residents(double limit) {
    this.limit = limit;
  }

  /** Adds a network. */
  <N> ReleasableNetwork<N> add(ReleasableNetwork<N> network) {
    networks.add(network);
    return network;
  }

  /** Frees a network for good. */
  void remove(ReleasableNetwork<?> network) {
    networks.remove(network);
    network.close();
  }

  /** Returns whether networks and a piece of work fit into memory together. */
  boolean hold(double work, ReleasableNetwork<?>... together) {
    double bytes = work;
    for (ReleasableNetwork<?> network : together) {
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
  void makeRoom(ReleasableNetwork<?> worker, double work) {
    List<ReleasableNetwork<?>> others =
        networks.stream()
            .filter(network -> network != worker && network.isLoaded())
            .sorted(Comparator.comparingDouble(network -> -network.bytes()))
            .toList();
    double bytes = work + worker.bytes();
    bytes += others.stream().mapToDouble(ReleasableNetwork::bytes).sum();
    for (ReleasableNetwork<?> other : others) {
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
    networks.forEach(ReleasableNetwork::close);
    networks.clear();
  }
}
