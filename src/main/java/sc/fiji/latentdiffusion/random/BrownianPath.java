/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

import java.util.HashMap;
import java.util.Map;

/**
 * Brownian motions W over the time from 0 on, W(0) = 0, that a seed fixes entirely: whatever is
 * asked, in whatever order and however finely, W at one time is always the same (the virtual
 * Brownian tree of Gaines and Lyons 1997, "Variable step size control in the numerical solution of
 * stochastic differential equations").
 *
 * <p>W is drawn at 1, 2, 4, …, and between two known times at their middle, given both (Lévy's
 * construction), until the time is met. The noise of a time comes from a generator of its own,
 * seeded by the path's seed and the time's bits. Not for use by several threads.
 */
public final class BrownianPath {

  private final long seed;
  private final int size;
  private Map<Double, double[]> known = new HashMap<>();
  private Map<Double, double[]> visited = new HashMap<>();

  /**
   * The motions of a seed.
   *
   * @param seed decides them
   * @param size how many independent motions, ≥ 1
   */
  BrownianPath(long seed, int size) {
    this.seed = seed;
    this.size = size;
  }

  /**
   * The increments of the motions over an interval, of mean 0 and variance 1.
   *
   * @param from where it starts, ≥ 0
   * @param to where it ends, ≥ 0; before from or after it, not equal to it
   * @return {@code (W(to) − W(from)) / √|to − from|}, one a motion
   */
  public float[] increment(double from, double to) {
    double[] start = at(from);
    double[] end = at(to);
    double scale = 1 / Math.sqrt(Math.abs(to - from));
    float[] z = new float[size];
    for (int i = 0; i < size; i++) z[i] = (float) ((end[i] - start[i]) * scale);
    return z;
  }

  /**
   * W at a time.
   *
   * @param time ≥ 0
   * @return one value a motion; not to be changed
   */
  double[] at(double time) {
    visited = new HashMap<>();
    double low = 0;
    double high = 1;
    double[] atLow = new double[size];
    double[] atHigh = after(high, atLow, 1);
    while (high < time) {
      low = high;
      atLow = atHigh;
      high *= 2;
      atHigh = after(high, atLow, high - low);
    }
    double[] found = time == low ? atLow : inside(low, high, atLow, atHigh, time);
    known = visited; // the next time asked for is near, and shares most of the way
    return found;
  }

  private double[] inside(double low, double high, double[] atLow, double[] atHigh, double time) {
    while (time != high) {
      double middle = low + (high - low) / 2;
      double[] atMiddle = between(middle, atLow, atHigh, high - low);
      if (time <= middle) {
        high = middle;
        atHigh = atMiddle;
      } else {
        low = middle;
        atLow = atMiddle;
      }
    }
    return atHigh;
  }

  /** W some time after another: {@code W(low) + √length · z}. */
  private double[] after(double time, double[] atLow, double length) {
    return node(time, atLow, atLow, Math.sqrt(length));
  }

  /** W in the middle of two times: their mean, and {@code √length/2 · z}. */
  private double[] between(double time, double[] atLow, double[] atHigh, double length) {
    return node(time, atLow, atHigh, Math.sqrt(length) / 2);
  }

  private double[] node(double time, double[] a, double[] b, double deviation) {
    double[] w = known.get(time);
    if (w == null) {
      float[] z = Noise.of(seedOf(time)).randn(size);
      w = new double[size];
      for (int i = 0; i < size; i++) w[i] = (a[i] + b[i]) / 2 + deviation * z[i];
    }
    visited.put(time, w);
    return w;
  }

  /** The seed and the time's bits, mixed by SplitMix64's finalizer (Steele et al. 2014). */
  private long seedOf(double time) {
    long x = seed * 0x9E3779B97F4A7C15L + Double.doubleToLongBits(time);
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
