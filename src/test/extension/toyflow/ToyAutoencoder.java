/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;

/**
 * Pictures to latents and back.
 *
 * @param network whose weights are read at the first picture
 * @param space scale and shift of the latents
 */
record ToyAutoencoder(LazyNetwork<BlockColours> network, LatentSpace space) implements Autoencoder {

  @Override
  public NDArray encode(NDArray picture, NDManager owner) {
    return network.use(colours -> colours.encode(picture, space, owner));
  }

  @Override
  public NDArray decode(NDArray latents, NDManager owner) {
    return network.use(colours -> colours.decode(latents, space, owner));
  }

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public double bytes(long width, long height) {
    return work(width, height);
  }

  /**
   * Returns how many bytes encoding or decoding a picture takes: the picture twice, float32.
   *
   * @param width in pixels
   * @param height in pixels
   */
  static double work(long width, long height) {
    return 2.0 * Float.BYTES * BlockColours.COLOURS * width * height;
  }
}
