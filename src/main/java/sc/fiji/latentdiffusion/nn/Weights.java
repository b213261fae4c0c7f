/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.engine.Precision;

/**
 * A place among the named tensors of a network: {@code weights.at("down_blocks.0").at("resnets.1")}
 * sees {@code conv1.weight} of that block. Names are the files' own. A network is built from the
 * tensors that it reads here; {@link #requireAllRead} then proves that no tensor is left over.
 */
public final class Weights {

  /** Any size of a dimension, for {@link #requireShape}. */
  public static final long ANY = -1;

  private final TensorHeaders store;
  private final String prefix;

  private Weights(TensorHeaders store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /**
   * Returns the place of whole names.
   *
   * @param store the tensors, or their headers alone
   */
  public static Weights of(TensorHeaders store) {
    return new Weights(store, "");
  }

  /**
   * Returns a place below this one, whether or not it has tensors.
   *
   * @param path names joined by dots, relative to here
   */
  public Weights at(String path) {
    return new Weights(store, prefix + path + ".");
  }

  /** Returns the beginning that the names of its tensors have in common. */
  public String place() {
    return prefix;
  }

  /** Returns the kernels that run on these tensors. */
  public Kernels kernels() {
    return store.kernels();
  }

  /** Returns the precision in which tensors are read. */
  public Precision precision() {
    return store.precision();
  }

  /**
   * @param name of a tensor relative to here, or the beginning of names up to a dot
   * @return whether the file has such a tensor
   */
  public boolean has(String name) {
    return store.has(prefix + name);
  }

  /**
   * Counts the places {@code list.0}, {@code list.1}, … up to the first gap.
   *
   * @param list name of the list relative to here
   */
  public int count(String list) {
    int n = 0;
    while (has(list + "." + n)) {
      n++;
    }
    return n;
  }

  /**
   * @param list name of the list relative to here
   * @return the places {@code list.0}, {@code list.1}, …
   */
  public List<Weights> each(String list) {
    List<Weights> places = new ArrayList<>();
    for (int i = 0; i < count(list); i++) {
      places.add(at(list + "." + i));
    }
    return places;
  }

  /**
   * @param name of a tensor relative to here
   * @return its dimensions as the file has them
   * @throws IOException if it is missing
   */
  public long[] shape(String name) throws IOException {
    return store.shape(prefix + name);
  }

  /**
   * Proves that a tensor has the shape that fits the layers beside it.
   *
   * @param name relative to here
   * @param expected its dimensions, some of them {@link #ANY}
   * @throws IOException if it is missing or has another shape; the message names both shapes
   */
  public void requireShape(String name, long... expected) throws IOException {
    long[] found = shape(name);
    boolean fits = found.length == expected.length;
    for (int i = 0; fits && i < found.length; i++) {
      fits = expected[i] == ANY || expected[i] == found[i];
    }
    if (!fits) throw store.misfit(prefix + name, expected, found);
  }

  /**
   * Reads a tensor in the run's precision.
   *
   * @param name relative to here
   * @param shape of the result, with the same number of elements; none for the file's own
   * @return the tensor; it belongs to the model
   * @throws IOException if it is missing or can't be read
   */
  public NDArray tensor(String name, long... shape) throws IOException {
    return store.read(prefix + name, shape);
  }

  /**
   * Reads tensors as the list of a kernel.
   *
   * @param names relative to here
   * @return the list; it belongs to the model
   * @throws IOException if one is missing
   */
  public Parameters parameters(String... names) throws IOException {
    List<NDArray> tensors = new ArrayList<>(names.length);
    for (String name : names) {
      tensors.add(tensor(name));
    }
    return parameters(tensors);
  }

  /**
   * Reads tensors as the list of a kernel. Weights of convolutions and linear layers are laid out
   * for the processor where that makes them faster; the kernels {@code conv} and {@code linear} and
   * all that call them take such weights.
   *
   * @param names relative to here
   * @return the list; it belongs to the model
   * @throws IOException if one is missing
   */
  public Parameters packed(String... names) throws IOException {
    return packed(1, names);
  }

  /**
   * Reads tensors as {@link #packed(String...)} does.
   *
   * @param stride of the convolutions
   * @param names relative to here
   * @return the list; it belongs to the model
   * @throws IOException if one is missing
   */
  public Parameters packed(int stride, String... names) throws IOException {
    List<NDArray> tensors = new ArrayList<>(names.length);
    for (String name : names) {
      tensors.add(store.packed(prefix + name, stride));
    }
    return parameters(tensors);
  }

  /**
   * Reads a convolution's weight and bias as {@link #packed(String...)} does, for the kernel {@code
   * upsample}.
   *
   * @param weight its name relative to here
   * @param bias its name relative to here
   * @return the list; it belongs to the model
   * @throws IOException if one is missing
   */
  public Parameters packedForUpsampling(String weight, String bias) throws IOException {
    return parameters(List.of(store.packedForUpsampling(prefix + weight), tensor(bias)));
  }

  /**
   * Reads a tensor as {@link #packed(String...)} does, but in two.
   *
   * @param name relative to here
   * @return its first and second half of rows
   * @throws IOException if it is missing
   */
  public List<NDArray> packedHalves(String name) throws IOException {
    return store.packedHalves(prefix + name);
  }

  /**
   * Reads tensors as {@link #packed(String...)} does, but as one.
   *
   * @param names relative to here, of matrices of the same number of columns, or of vectors
   * @return their rows, one tensor's below the other's; it belongs to the model
   * @throws IOException if one is missing
   */
  public NDArray packedTogether(String... names) throws IOException {
    return store.packedTogether(Stream.of(names).map(name -> prefix + name).toList());
  }

  /**
   * Reads one tensor as {@link #packed(String...)} does.
   *
   * @param name relative to here
   * @return the tensor; it belongs to the model
   * @throws IOException if it is missing
   */
  public NDArray packedTensor(String name) throws IOException {
    return store.packed(prefix + name, 1);
  }

  /**
   * Makes the list of a kernel from tensors.
   *
   * @param tensors in the kernel's order
   * @return the list; it belongs to the model
   */
  public Parameters parameters(NDArray... tensors) {
    return parameters(List.of(tensors));
  }

  /**
   * Makes the list of a kernel from tensors.
   *
   * @param tensors in the kernel's order
   * @return the list; it belongs to the model
   */
  public Parameters parameters(List<NDArray> tensors) {
    return store.keep(store.parameters(tensors));
  }

  /**
   * Ignores a tensor, for example a table of constants.
   *
   * @param name relative to here; it need not exist
   */
  public void ignore(String name) {
    store.ignore(prefix + name);
  }

  /**
   * Ignores all tensors of a place.
   *
   * @param path of the place relative to here
   */
  public void ignoreAll(String path) {
    store.ignoreAll(prefix + path + ".");
  }

  /**
   * Proves that the network read all tensors of the file.
   *
   * @param network its name, for the message
   * @param others places, relative to here, of tensors that belong to other networks
   * @throws IOException naming the tensors that were not read
   */
  public void requireAllRead(String network, String... others) throws IOException {
    for (String other : others) {
      ignoreAll(other);
    }
    store.requireAllRead(network, prefix);
  }
}
