/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toypixels;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;

/**
 * The network: pictures whose pixels are normally distributed around one colour m with the
 * deviation s. With {@code x = α x0 + σ ε} the noise is known exactly:
 *
 * <pre>E[ε | x] = σ (x − α m) / (α² s² + σ²)</pre>
 */
final class MeanColour {

  /** Red, green and blue. */
  static final int COLOURS = 3;

  private static final double DEVIATION = 0.05;

  private final NDArray mean;

  private MeanColour(NDArray mean) {
    this.mean = mean;
  }

  /**
   * Builds the network.
   *
   * @param weights the tensor {@code mean}, {@code [1, 3, 1, 1]}, −1…1, or its header alone
   * @throws IOException if it is missing, of another shape, or something is left over
   */
  static MeanColour of(Weights weights) throws IOException {
    MeanColour network = new MeanColour(weights.tensor("mean", 1, COLOURS, 1, 1));
    weights.requireAllRead("The network");
    return network;
  }

  /**
   * Predicts the noise.
   *
   * @param x noisy pictures, {@code [b, 3, h, w]}, float32
   * @param level of their noise
   * @return the noise, of the manager of x
   */
  NDArray noise(NDArray x, NoiseLevel level) {
    double alpha = Math.sqrt(level.alphaCumprod());
    double variance = 1 - level.alphaCumprod();
    double factor = Math.sqrt(variance) / (alpha * alpha * DEVIATION * DEVIATION + variance);
    try (NDArray centre = mean.mul(alpha);
        NDArray difference = x.sub(centre)) {
      return difference.mul(factor);
    }
  }
}
