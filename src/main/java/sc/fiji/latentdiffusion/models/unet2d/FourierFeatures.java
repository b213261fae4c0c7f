/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * A number as random Fourier features of its logarithm (Song et al. 2021, appendix C): sines, then
 * cosines, of {@code 2π w ln t}, as diffusers' {@code GaussianFourierProjection}.
 *
 * @param frequencies w, drawn once before the training, {@code [n]}
 */
record FourierFeatures(NDArray frequencies) {

  /**
   * Computes in float32, in diffusers' order of products: rounding shows at high frequencies.
   *
   * @param t greater than 0
   * @return {@code [2 n]}
   * @throws IllegalArgumentException if t is 0, of which there is no logarithm
   */
  float[] of(float t) {
    if (!(t > 0)) {
      throw new IllegalArgumentException(
          "The U-Net takes the logarithm of the timestep, which must be greater than 0, but is "
              + t
              + ". Choose another scheduler or number of steps.");
    }
    float[] w;
    try (NDArray numbers = frequencies.toType(DataType.FLOAT32, true)) {
      w = numbers.toFloatArray();
    }
    float[] features = new float[2 * w.length];
    float logarithm = (float) Math.log(t);
    for (int i = 0; i < w.length; i++) {
      float angle = logarithm * w[i] * 2 * (float) Math.PI;
      features[i] = (float) Math.sin(angle);
      features[w.length + i] = (float) Math.cos(angle);
    }
    return features;
  }
}
