/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

/** A stream of normally distributed numbers that a seed decides. Not for use by several threads. */
public interface NormalStream {

  /**
   * Draws the next numbers.
   *
   * @param n how many, ≥ 0
   * @return numbers of mean 0 and variance 1
   */
  float[] randn(int n);

  /**
   * Returns the Brownian path of the stream's seed, whatever was drawn from the stream.
   *
   * @param n how many independent motions, ≥ 1
   */
  BrownianPath path(int n);
}
