/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The weights of a network that a training changes. When the network is read, each becomes a tensor
 * of its own memory with respect to which the loss is differentiated; a kernel may hold several of
 * them as one tensor, or one of them as two.
 */
public final class TrainedWeights {

  /**
   * Rows of a tensor in the network that are rows of a weight.
   *
   * @param name of the weight in the model's file
   * @param tensor index of the tensor among {@link #tensors}
   * @param firstRow of the rows in that tensor
   * @param endRow behind the last of them
   * @param firstOfWeight the first row's number in the weight
   */
  public record Rows(String name, int tensor, long firstRow, long endRow, long firstOfWeight) {}

  private final Set<String> names;
  private final List<NDArray> tensors = new ArrayList<>();
  private final List<Rows> rows = new ArrayList<>();

  /**
   * @param names of the weights in the model's file
   */
  public TrainedWeights(Set<String> names) {
    this.names = new TreeSet<>(names);
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /** Returns the tensors that need gradients, in the order in which they were read. */
  public List<NDArray> tensors() {
    return Collections.unmodifiableList(tensors);
  }

  /** Returns where the weights are. A weight that the network does not use is not among them. */
  public List<Rows> rows() {
    return Collections.unmodifiableList(rows);
  }

  /**
   * Makes a tensor of several weights, one's rows below the other's, one that is trained if a
   * weight is.
   *
   * @param owner of the tensor
   * @param read the tensor; it is closed if it is replaced
   * @param parts names of the weights
   * @param heights their numbers of rows
   * @return the tensor that the network uses
   */
  NDArray together(
      NDManager owner, Kernels kernels, NDArray read, List<String> parts, List<Long> heights) {
    if (parts.stream().noneMatch(this::has)) return read;
    NDArray tensor = leaf(owner, kernels, read);
    long first = 0;
    for (int i = 0; i < parts.size(); i++) {
      long end = first + heights.get(i);
      if (has(parts.get(i))) {
        rows.add(new Rows(parts.get(i), tensors.size() - 1, first, end, 0));
      }
      first = end;
    }
    return tensor;
  }

  /** As {@link #together}, of rows of one weight from a first one on. */
  NDArray part(NDManager owner, Kernels kernels, NDArray read, String name, long first) {
    if (!has(name)) return read;
    NDArray tensor = leaf(owner, kernels, read);
    rows.add(new Rows(name, tensors.size() - 1, 0, tensor.getShape().get(0), first));
    return tensor;
  }

  private NDArray leaf(NDManager owner, Kernels kernels, NDArray read) {
    try (read) {
      NDArray tensor = kernels.tensors().needingGradient(owner, read);
      tensors.add(tensor);
      return tensor;
    }
  }
}
