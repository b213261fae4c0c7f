/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The network of the component {@code transformer}. It knows latents that are normally distributed:
 * around a mean that depends on the words, with one deviation. For such latents the velocity of
 * flow matching is known exactly. With {@code x = (1 − t) x0 + t ε}, mean m, deviation s and {@code
 * D = (1 − t)² s² + t²}:
 *
 * <pre>E[ε − x0 | x] = (t − (1 − t) s²) / D · (x − (1 − t) m) − m</pre>
 */
final class ToyTransformer {

  private final ToyKernels kernels;
  private final Parameters mean;
  private final double deviation;
  private final int width;

  private ToyTransformer(Weights weights, Config config) throws IOException {
    weights.requireShape("mean.weight", BlockColours.CHANNELS, Weights.ANY);
    weights.requireShape("mean.bias", BlockColours.CHANNELS);
    width = (int) weights.shape("mean.weight")[1];
    kernels = new ToyKernels(weights.kernels());
    mean = weights.at("mean").parameters("weight", "bias");
    deviation = config.number("deviation", 1);
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors, or their headers alone
   * @param config its settings: {@code deviation} of the latents, 1 if it is missing
   * @throws IOException if a tensor is missing, of another shape or left over
   */
  static ToyTransformer of(Weights weights, Config config) throws IOException {
    ToyTransformer transformer = new ToyTransformer(weights, config);
    weights.requireAllRead("The transformer");
    return transformer;
  }

  /** Returns how many numbers it takes for a word. */
  int width() {
    return width;
  }

  /**
   * Computes the means of the latents.
   *
   * @param states of prompts, {@code [b, 1, d]}, in the run's precision
   * @param owner owns the result
   * @return {@code [b, 16, 1, 1]}, float32
   */
  NDArray means(NDArray states, NDManager owner) {
    return kernels.means(states, mean, owner);
  }

  /**
   * Predicts the velocity.
   *
   * @param x noisy latents, {@code [n · b, 16, h, w]}, float32; n for each prompt, one behind the
   *     other
   * @param means {@code [b, 16, 1, 1]}, float32
   * @param t time, 0 (data) … 1 (noise)
   * @return of the shape and manager of x, float32
   */
  NDArray velocity(NDArray x, NDArray means, double t) {
    return kernels.velocity(x, means, t, deviation);
  }
}
