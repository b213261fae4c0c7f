/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * A network whose weights are in memory only while they are needed. It is checked by the headers of
 * its files, read at its first use, and can be released and read again, always with the same bits.
 * Safe for use by several threads.
 */
public final class LazyNetwork<N> implements AutoCloseable {

  /** Opens the files, anew each time. */
  @FunctionalInterface
  interface Opener {
    TensorStore open() throws IOException;
  }

  /** Builds the network. */
  @FunctionalInterface
  public interface Builder<N> {
    N build(Weights weights) throws IOException;
  }

  private final String name;
  private final Opener opener;
  private final Builder<N> builder;
  private final N outline;
  private final double bytes;
  private final boolean isTrained;
  private TensorStore store;
  private N network;
  private int users;

  /**
   * Checks the network; nothing but headers is read.
   *
   * @param name for messages, "The VAE of …"
   * @param headers of its files, of which the check is built; they are closed then
   * @param opener opens the files, of which the network is built
   * @param builder builds either
   * @param trained whether some of its weights are trained: then it stays in memory until it is
   *     closed
   * @throws IOException if a tensor is missing or left over, or something is not supported
   */
  LazyNetwork(
      String name, TensorHeaders headers, Opener opener, Builder<N> builder, boolean trained)
      throws IOException {
    this.name = name;
    this.opener = opener;
    this.builder = builder;
    isTrained = trained;
    try (headers) {
      outline = builder.build(Weights.of(headers));
      bytes = headers.bytes();
    }
  }

  /**
   * Returns the network without its numbers: it knows its shapes, but can't run. No weights are
   * read for it.
   */
  public N outline() {
    return outline;
  }

  /** Returns how many bytes its weights take when they are in memory. */
  public double bytes() {
    return bytes;
  }

  /** Returns whether some of its weights are trained. */
  public boolean isTrained() {
    return isTrained;
  }

  /** Returns whether its weights are in memory. */
  public synchronized boolean isLoaded() {
    return network != null;
  }

  /**
   * Lets the network work, reading its weights if they are not in memory.
   *
   * @param work must not keep the network
   * @return the result of the work
   * @throws UncheckedIOException if they can't be read, or not any more
   */
  public <R> R use(Function<N, R> work) {
    N used = taken();
    try {
      return work.apply(used);
    } finally {
      giveBack();
    }
  }

  private synchronized N taken() {
    load();
    users++;
    return network;
  }

  private synchronized void giveBack() {
    users--;
  }

  /**
   * Reads the weights if they are not in memory.
   *
   * @throws UncheckedIOException if they can't be read, or not any more
   */
  public synchronized void load() {
    if (network != null) return;
    try {
      store = opener.open();
      network = built(store);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be read: " + e.getMessage(), e);
    }
  }

  private N built(TensorStore opened) throws IOException {
    try {
      return builder.build(Weights.of(opened));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Frees the weights until they are needed again.
   *
   * @return whether that was possible: they were in memory and not in use
   */
  public synchronized boolean release() {
    return !isTrained && freed();
  }

  private boolean freed() {
    if (network == null || users > 0) return false;
    network = null;
    store.close();
    return true;
  }

  @Override
  public synchronized void close() {
    freed();
  }

  @Override
  public String toString() {
    return name;
  }
}
