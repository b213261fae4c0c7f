/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The networks of a model, and the ControlNets beside it, whose weights are in memory. If memory is
 * scarce, idle networks are unloaded to make room.
 */
public final class LoadedWeights {

  private static final Logger LOG = System.getLogger(LoadedWeights.class.getName());
  private static final double GIB = 1L << 30;

  private final List<LazyNetwork<?>> networks = new CopyOnWriteArrayList<>();
  private final double limit;

  /**
   * @param limit how many bytes weights and work may take together
   */
  public LoadedWeights(double limit) {
    this.limit = limit;
  }

  /** Adds a network. */
  public <N> LazyNetwork<N> add(LazyNetwork<N> network) {
    networks.add(network);
    return network;
  }

  /**
   * Reads the networks that are trained, so that their weights can be set.
   *
   * @throws java.io.UncheckedIOException if they can't be read
   */
  public void loadTrained() {
    networks.stream().filter(LazyNetwork::isTrained).forEach(LazyNetwork::load);
  }

  /** Frees a network for good. */
  public void remove(LazyNetwork<?> network) {
    networks.remove(network);
    network.close();
  }

  /** Returns how many bytes weights and work may take together. */
  double limit() {
    return limit;
  }

  /**
   * Makes room: unloads other networks, the largest first, until a network and its work fit.
   *
   * @param worker the network that is about to work, in memory or not
   * @param work bytes that it will take beside its weights
   */
  public void makeRoom(LazyNetwork<?> worker, double work) {
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
                "%s (%.1f GiB) is unloaded to make room for %s, and read again when it is needed.",
                other, other.bytes() / GIB, worker));
      }
    }
  }

  /** Frees all networks. */
  public void close() {
    networks.forEach(LazyNetwork::close);
    networks.clear();
  }
}
