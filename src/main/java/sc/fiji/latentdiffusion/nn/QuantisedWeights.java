/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * The quantised weights of a network. They stay so in memory: a kernel that takes some of them gets
 * numbers that are expanded for its call, into memory that the next call uses again. Changes of a
 * weight are added to it as it is expanded, as if it had been merged with them when it was read.
 */
final class QuantisedWeights {

  /** Numbers of one tensor begin at a multiple of this in the memory of all. */
  private static final long ALIGNED = 64;

  /**
   * A tensor of the file, whose rows are rows of a weight.
   *
   * @param blocks its bytes, uint8
   */
  private record Part(NDArray blocks, StoredTensor tensor, List<WeightChange> changes) {}

  private final Map<NDArray, List<Part>> weights = new IdentityHashMap<>();
  private final Queue<NDArray> memory = new ConcurrentLinkedQueue<>();
  private final TensorReader reader;
  private final Kernels kernels;
  private final BlockKernels blocks;
  private final Precision precision;
  private final NDManager manager;

  /**
   * @param reader reads blocks
   * @param kernels expand
   * @param precision of the numbers that networks get
   * @param manager owns all
   */
  QuantisedWeights(TensorReader reader, Kernels kernels, Precision precision, NDManager manager) {
    this.reader = reader;
    this.kernels = kernels;
    this.precision = precision;
    this.manager = manager;
    blocks = new BlockKernels(kernels);
  }

  /**
   * Reads a weight.
   *
   * @param tensors whose rows it has, one's below the other's, each {@code [rows, columns]}
   * @param changes of each
   * @return what stands for the weight in lists that {@link #parameters} takes
   * @throws IOException if it can't be read
   */
  NDArray read(List<StoredTensor> tensors, List<List<WeightChange>> changes) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      NDArray bytes = reader.blocks(tensors.get(i), manager);
      parts.add(new Part(bytes, tensors.get(i), List.copyOf(changes.get(i))));
    }
    NDArray standIn = parts.get(0).blocks();
    weights.put(standIn, parts);
    return standIn;
  }

  /**
   * Makes the list of a kernel.
   *
   * @param tensors some of which {@link #read} gave
   */
  Parameters parameters(List<NDArray> tensors) {
    return tensors.stream().anyMatch(weights::containsKey)
        ? new Parameters(after -> expanded(tensors, after))
        : new Parameters(tensors);
  }

  private IValue expanded(List<NDArray> tensors, List<Runnable> after) {
    NDManager scope = manager.newSubManager();
    after.add(scope::close);
    NDArray all = taken(tensors, after);
    PtNDArray[] list = new PtNDArray[tensors.size()];
    long from = 0;
    for (int i = 0; i < list.length; i++) {
      NDArray tensor = tensors.get(i);
      if (weights.containsKey(tensor)) {
        List<Part> parts = weights.get(tensor);
        tensor = expanded(parts, all, from, scope);
        from += aligned(elements(parts));
      }
      list[i] = (PtNDArray) tensor;
    }
    IValue value = IValue.listFrom(list);
    after.add(value::close);
    return value;
  }

  /** Takes memory that no other call uses. */
  private NDArray taken(List<NDArray> tensors, List<Runnable> after) {
    long size = 0;
    NDArray beside = null;
    for (NDArray tensor : tensors) {
      if (!weights.containsKey(tensor)) continue;
      size += aligned(elements(weights.get(tensor)));
      beside = tensor;
    }
    NDArray used = memory.poll();
    if (used == null || used.size() < size) {
      if (used != null) used.close();
      used = blocks.emptyBeside(manager, beside, size, precision);
    }
    NDArray taken = used;
    after.add(() -> memory.add(taken));
    return taken;
  }

  private static long elements(List<Part> parts) {
    return parts.stream().mapToLong(part -> part.tensor().elements()).sum();
  }

  private static long aligned(long size) {
    return (size + ALIGNED - 1) / ALIGNED * ALIGNED;
  }

  private NDArray expanded(List<Part> parts, NDArray all, long from, NDManager scope) {
    long at = from;
    for (Part part : parts) {
      long end = at + part.tensor().elements();
      expand(part, kernels.tensors().rows(scope, all, at, end), scope);
      at = end;
    }
    long columns = parts.get(0).tensor().shape()[1];
    Shape shape = new Shape((at - from) / columns, columns);
    NDArray weight = kernels.tensors().rows(scope, all, from, at).reshape(shape);
    weight.attach(scope);
    return weight;
  }

  private void expand(Part part, NDArray into, NDManager scope) {
    StoredTensor tensor = part.tensor();
    if (part.changes().isEmpty()) {
      blocks.expandInto(part.blocks(), tensor.dtype(), into, precision);
      return;
    }
    try (NDManager local = scope.newSubManager()) {
      NDArray plain =
          blocks.emptyBeside(local, part.blocks(), tensor.elements(), Precision.FLOAT32);
      blocks.expandInto(part.blocks(), tensor.dtype(), plain, Precision.FLOAT32);
      NDArray weight = plain.reshape(new Shape(tensor.shape()));
      NDArray merged = new Merge(kernels).merged(tensor, weight, part.changes(), precision, local);
      kernels.tensors().copyTo(local, merged.flatten(), into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
