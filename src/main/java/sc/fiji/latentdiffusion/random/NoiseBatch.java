/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/** The noise of a batch: a stream of its own for each sample. Not for use by several threads. */
public final class NoiseBatch {

  private final List<? extends NormalStream> samples;
  private List<BrownianPath> paths;

  private NoiseBatch(List<? extends NormalStream> samples) {
    this.samples = samples;
  }

  /**
   * The noise of seeds, from its beginning.
   *
   * @param rng draws
   * @param seeds one for each sample
   */
  public static NoiseBatch of(Rng rng, long... seeds) {
    return new NoiseBatch(LongStream.of(seeds).mapToObj(rng::of).toList());
  }

  /** The noise of seeds as torch's generator on the CPU draws it. */
  public static NoiseBatch of(long... seeds) {
    return of(Rng.TORCH, seeds);
  }

  /** Returns the number of samples. */
  public int size() {
    return samples.size();
  }

  /**
   * The next numbers of all streams, as {@link NormalStream#randn}.
   *
   * @param n how many for each sample, ≥ 0
   * @return sample after sample
   */
  public float[] randn(int n) {
    return joined(n, samples, sample -> sample.randn(n));
  }

  /**
   * The increments of the seeds' Brownian paths between two times.
   *
   * @param n how many for each sample, the same at each call
   * @param from a time, ≥ 0
   * @param to a time, ≥ 0
   * @return sample after sample
   */
  public float[] increment(int n, double from, double to) {
    if (paths == null) paths = samples.stream().map(sample -> sample.path(n)).toList();
    return joined(n, paths, path -> path.increment(from, to));
  }

  private static <T> float[] joined(int n, List<? extends T> sources, Function<T, float[]> draw) {
    float[] all = new float[Math.multiplyExact(n, sources.size())];
    for (int i = 0; i < sources.size(); i++) {
      System.arraycopy(draw.apply(sources.get(i)), 0, all, i * n, n);
    }
    return all;
  }
}
