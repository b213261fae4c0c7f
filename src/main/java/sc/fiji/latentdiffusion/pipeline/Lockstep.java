/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.sampler.LatentKernels;
import sc.fiji.latentdiffusion.sampler.Sampler;

/**
 * Runs of the slices of a stack that agree with one another. After each evaluation the picture that
 * the network predicts of slice k becomes
 *
 * <pre>
 * x̂0_k' = (1 − c) x̂0_k + c · mean of x̂0_(k−1), x̂0_k, x̂0_(k+1)
 * </pre>
 *
 * with the unchanged x̂0 of those slices that are in the stack, at the same evaluation. Noise and
 * history of the slice follow ({@link Sampler#step(NDArray)}). What neighbours share remains, and
 * what each of them invents is averaged away.
 *
 * <p>All slices would have to be open for the whole time if they took evaluation n together. But
 * slice k only waits for slice k + 1, so each slice follows its neighbour by one evaluation: in the
 * order below no more than N + 1 slices are open at a time, N being the number of evaluations,
 * however many there are. The numbers are the same.
 *
 * <pre>
 * front 0: predict slice 0 at 0
 * front 1: predict slice 1 at 0, step slice 0 at 0, predict slice 0 at 1
 * front 2: predict slice 2 at 0, step slice 1 at 0, predict slice 1 at 1, step slice 0 at 1, …
 * </pre>
 */
public final class Lockstep {

  /** The run of a slice, and what becomes of it. */
  public interface Slice extends AutoCloseable {

    /** Returns the run; its plan is that of all slices, and it was not iterated. */
    Run run();

    /** Takes the results of an evaluation, with the changed x̂0, valid until it returns. */
    void accept(Evaluated evaluated);

    /** Takes the result of the run, which is at its end or has no evaluation. */
    void finish();

    /** Frees the memory of the run. */
    @Override
    void close();
  }

  /** Opens slices. */
  public interface Slices {

    /**
     * Opens a slice.
     *
     * @param index from 0, each once and in this order
     * @throws IOException if a file can't be read
     */
    Slice open(int index) throws IOException;
  }

  private final LatentDiffusion model;
  private final LatentKernels kernels;
  private final double coherence;
  private final int count;
  private final Slices slices;
  private final Map<Integer, Slice> open = new HashMap<>();
  private final Map<Integer, Sampler> samplers = new HashMap<>();

  /** The predictions of an evaluation, by slice: of three slices at most. */
  private final List<Map<Integer, NDArray>> predictions = new ArrayList<>();

  private int evaluations;
  private double seconds;

  /**
   * @param model of all runs
   * @param coherence c, above 0 … 1
   * @param count of the slices, at least 1
   * @param slices in the order of the stack; they are closed when they are finished, or one fails
   */
  public Lockstep(LatentDiffusion model, double coherence, int count, Slices slices) {
    this.model = model;
    kernels = new LatentKernels(model.networks().kernels());
    this.coherence = coherence;
    this.count = count;
    this.slices = slices;
  }

  /**
   * Runs all slices.
   *
   * @throws IOException if a slice can't be opened
   */
  public void run() throws IOException {
    try {
      for (int front = 0; front < count + evaluations; front++) {
        if (front < count) open(front);
        for (int n = 0; n < evaluations; n++) {
          if (isSlice(front - n)) predict(front - n, n);
          if (isSlice(front - n - 1)) step(front - n - 1, n);
        }
      }
    } finally {
      predictions.forEach(of -> of.values().forEach(NDArray::close));
      open.values().forEach(Slice::close);
    }
  }

  private boolean isSlice(int k) {
    return k >= 0 && k < count;
  }

  private void open(int k) throws IOException {
    Slice slice = slices.open(k);
    open.put(k, slice);
    evaluations = slice.run().size();
    while (predictions.size() < evaluations) predictions.add(new HashMap<>());
    if (evaluations == 0) finish(k);
    else samplers.put(k, slice.run().begin());
  }

  private void predict(int k, int n) {
    long start = System.nanoTime();
    NDArray data = samplers.get(k).predict().duplicate();
    data.attach(model.manager());
    predictions.get(n).put(k, data);
    model.networks().kernels().await(data);
    if (k + n > 0) seconds += (System.nanoTime() - start) / 1e9; // the first may take longer
  }

  private void step(int k, int n) {
    try (NDManager local = model.manager().newSubManager()) {
      NDArray agreed = agreed(k, predictions.get(n), local);
      open.get(k).accept(samplers.get(k).step(agreed));
    }
    NDArray behind = predictions.get(n).remove(k - 1);
    if (behind != null) behind.close();
    if (n == evaluations - 1) finish(k);
  }

  private NDArray agreed(int k, Map<Integer, NDArray> data, NDManager owner) {
    List<NDArray> near = new ArrayList<>();
    for (int j = k - 1; j <= k + 1; j++) if (isSlice(j)) near.add(data.get(j));
    NDArray sum = kernels.scaled(owner, data.get(k), (float) (1 - coherence));
    for (NDArray one : near) {
      sum = kernels.plusScaled(owner, sum, one, (float) (coherence / near.size()));
    }
    return sum;
  }

  private void finish(int k) {
    samplers.remove(k);
    try (Slice slice = open.remove(k)) {
      slice.finish();
      int others = count * evaluations - 1;
      if (k == count - 1 && others > 0) {
        slice.run().speed().evaluated(seconds / others, slice.run().request());
      }
    }
  }
}
