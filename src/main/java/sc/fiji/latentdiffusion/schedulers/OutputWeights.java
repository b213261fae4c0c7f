/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

/**
 * A linear combination of a sample and the network's output for it: {@code sample · x + output ·
 * out}.
 *
 * @param sample the weight of the sample x
 * @param output the weight of the network's output
 */
public record OutputWeights(double sample, double output) {

  /**
   * The combination of two numbers; the tensor version is the sampler's.
   *
   * @param x the sample
   * @param out the network's output for it
   * @return {@code sample · x + output · out}
   */
  public double of(double x, double out) {
    return sample * x + output * out;
  }
}
