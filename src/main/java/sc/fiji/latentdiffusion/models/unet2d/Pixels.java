/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * The autoencoder of a model on pixels: latents are the picture. A grey picture has one channel,
 * the mean of its equal colours.
 *
 * @param space of pixels
 * @param kernels copy
 */
record Pixels(LatentSpace space, Kernels kernels) implements Autoencoder {

  private static final int COLOURS = 3;

  /**
   * Returns the space of pictures.
   *
   * @param channels 1 for grey, 3 for red, green and blue, or any other number
   */
  static LatentSpace space(int channels) {
    double[][] grey = {{1, 1, 1}, {0, 0, 0}};
    double[][] colours = channels == 1 ? grey : LatentSpace.composite(channels);
    return new LatentSpace(channels, 1, 1, 0, Optional.of(colours), Optional.empty(), 1, channels);
  }

  @Override
  public NDArray encode(NDArray picture, NDManager owner) {
    return space.isGrey() ? owned(picture.mean(new int[] {1}, true), owner) : copy(picture, owner);
  }

  @Override
  public NDArray decode(NDArray latents, NDManager owner) {
    return space.isGrey() ? owned(latents.repeat(1, COLOURS), owner) : copy(latents, owner);
  }

  private NDArray copy(NDArray array, NDManager owner) {
    return kernels.tensors().copy(owner, array);
  }

  private static NDArray owned(NDArray array, NDManager owner) {
    array.attach(owner);
    return array;
  }

  @Override
  public double bytes() {
    return 0;
  }

  @Override
  public double bytes(long width, long height) {
    return bytes(space.channels(), width, height);
  }

  /** Returns how many bytes a picture and its latents take. */
  static double bytes(int channels, long width, long height) {
    return (double) Float.BYTES * (channels + COLOURS) * width * height;
  }
}
