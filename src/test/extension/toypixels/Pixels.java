/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toypixels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.LatentSpace;

/** The autoencoder of a model on pixels: latents are the picture. */
record Pixels() implements Autoencoder {

  /** Channels are red, green and blue, which previews paint as they are. */
  static final LatentSpace SPACE =
      new LatentSpace(
          MeanColour.COLOURS,
          1,
          1,
          0,
          Optional.of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}}),
          Optional.empty());

  @Override
  public LatentSpace space() {
    return SPACE;
  }

  @Override
  public NDArray encode(NDArray picture, NDManager owner) {
    return copy(picture, owner);
  }

  @Override
  public NDArray decode(NDArray latents, NDManager owner) {
    return copy(latents, owner);
  }

  private static NDArray copy(NDArray picture, NDManager owner) {
    NDArray copy = picture.duplicate();
    copy.attach(owner);
    return copy;
  }

  @Override
  public double bytes() {
    return 0;
  }

  @Override
  public double bytes(long width, long height) {
    return work(width, height);
  }

  /** Returns how many bytes a copy takes. */
  static double work(long width, long height) {
    return 1.0 * Float.BYTES * MeanColour.COLOURS * width * height;
  }
}
