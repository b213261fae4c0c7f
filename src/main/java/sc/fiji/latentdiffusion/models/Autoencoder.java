/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Turns pictures into latents and back. */
public interface Autoencoder {

  /** Returns its latent space. */
  LatentSpace space();

  /**
   * Encodes a picture; a variational autoencoder gives the mean of the posterior.
   *
   * @param picture {@code [b, 3, h, w]}, float32, −1…1, h and w multiples of the space's factor f
   * @param owner owns the result
   * @return scaled latents, {@code [b, c, h/f, w/f]}, float32
   */
  NDArray encode(NDArray picture, NDManager owner);

  /**
   * Encodes to a normal distribution, whose mean {@link #encode} gives.
   *
   * @param picture {@code [b, n, h, w]}, -1..1
   * @param owner of the result
   * @return means, then standard deviations, both scaled as latents are, {@code [b, 2 c, h /
   *     factor, w / factor]}, float32; the deviations are 0 where there is no distribution
   */
  default NDArray posterior(NDArray picture, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDArray mean = encode(picture, local);
      NDArray both = mean.concat(mean.zerosLike(), 1);
      both.attach(owner);
      return both;
    }
  }

  /**
   * Decodes latents.
   *
   * @param latents scaled, {@code [b, c, h, w]}, float32
   * @param owner owns the result
   * @return {@code [b, 3, f·h, f·w]}, float32, about −1…1, not clamped
   */
  NDArray decode(NDArray latents, NDManager owner);

  /**
   * Reads the decoder's weights if they are not in memory. {@link #decode} does so by itself; after
   * this call it computes only.
   *
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   */
  default void prepareDecoding(long width, long height) {}

  /** Returns how many bytes the decoder's weights take in memory. */
  double bytes();

  /**
   * Returns how many bytes encoding or decoding takes at its peak, beside the weights; an estimate.
   *
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   */
  double bytes(long width, long height);

  /**
   * Returns notes for the user on a picture of this size; mostly none.
   *
   * @param width in pixels
   * @param height in pixels
   */
  default List<String> notes(long width, long height) {
    return List.of();
  }
}
