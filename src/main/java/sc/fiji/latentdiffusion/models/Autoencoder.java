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
