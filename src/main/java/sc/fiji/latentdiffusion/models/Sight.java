/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * The image that a denoiser sees in channels beside those of its latents, and what follows from it
 * for a run and its result. A kind of model declares its own; others ask no more than this.
 */
public interface Sight {

  /**
   * What a run is shown.
   *
   * @param picture {@code [1, k, h, w]}, float32, −1…1, h and w multiples of the factor
   * @param mask how much each latent pixel may change, {@code [1, 1, h/f, w/f]}, 0…1; empty if all
   *     may
   * @param depth values of any range, {@code [1, 1, h, w]}; empty if the model takes none
   * @param noiseLevel the timestep whose noise is added to the picture, if the model asks for it
   */
  record Shown(NDArray picture, Optional<NDArray> mask, Optional<NDArray> depth, int noiseLevel) {}

  /** The run that is shown something. */
  interface Viewer {

    /** Returns the shape of its latents, {@code [b, c, h, w]}. */
    Shape latents();

    /** Returns the space of its latents. */
    LatentSpace space();

    /** Returns the kernels that it runs on. */
    Kernels kernels();

    /**
     * Encodes a picture.
     *
     * @param picture {@code [1, k, h, w]}, −1…1
     * @param owner owns the result
     * @return scaled latents of the posterior's mean, {@code [1, c, h/f, w/f]}
     */
    NDArray encode(NDArray picture, NDManager owner);

    /**
     * Draws noise from the streams of all samples.
     *
     * @param one shape of a sample's, {@code [1, k, h, w]}
     * @param owner owns the result
     * @return {@code [b, k, h, w]}
     */
    NDArray drawn(Shape one, NDManager owner);
  }

  /** How the latents around a selection are held. */
  enum Surroundings {
    /** They are put back before each evaluation. */
    PUT_BACK,
    /** The denoiser holds them by itself: its channels say what is painted. */
    IN_CHANNELS,
    /** They are not held: the result's are of another kind than the picture's. */
    FREE
  }

  /**
   * The values of a result that is no picture.
   *
   * @param black that −1 becomes
   * @param white that 1 becomes
   * @param isGrey whether all three channels are alike
   */
  record Values(double black, double white, boolean isGrey) {}

  /** Returns the kind of model in words, as in "a model for inpainting". */
  String label();

  /** Returns the number of channels. */
  int channels();

  /**
   * Makes the channels.
   *
   * @param shown to the run
   * @param viewer the run
   * @param owner owns the result
   * @return {@code [1 or b, channels, h, w]}, float32, of the latents' size
   * @throws IllegalArgumentException if it can't see what is shown; the message says what to do
   */
  NDArray channels(Shown shown, Viewer viewer, NDManager owner);

  /**
   * Makes the channels of a run that is shown nothing: of {@link #isOptional optional} ones those
   * that say so, else zeros.
   */
  default NDArray blank(Viewer viewer, NDManager owner) {
    Shape size = viewer.latents();
    return owner.zeros(new Shape(1, channels(), size.get(2), size.get(3)));
  }

  /** Returns whether a run may be shown nothing. */
  default boolean isOptional() {
    return false;
  }

  /** Returns whether the channels stand before those of the latents. */
  default boolean areFirst() {
    return false;
  }

  /** Returns whether they hold noise of the run, so that each sample has its own. */
  default boolean areDrawn() {
    return false;
  }

  /** Returns the number of channels that a picture has which is shown. */
  default int pictureChannels() {
    return 3;
  }

  /** Returns whether a run begins with noise alone, whatever its strength is. */
  default boolean startsFromNoise() {
    return true;
  }

  /** Returns how the latents around a selection are held. */
  default Surroundings surroundings() {
    return Surroundings.FREE;
  }

  /** Returns whether guidance has a scale of its own for the image, and a third prediction. */
  default boolean isGuided() {
    return false;
  }

  /** Returns whether prompts are taken, too. */
  default boolean takesPrompts() {
    return true;
  }

  /**
   * Returns the autoencoder that decodes results.
   *
   * @param pictures the model's own
   * @param kernels that it runs on
   */
  default Autoencoder decoding(Autoencoder pictures, Kernels kernels) {
    return pictures;
  }

  /** Returns whether a depth image is seen. */
  default boolean takesDepth() {
    return false;
  }

  /** Returns the largest noise level that may be added to the picture; −1 if none is. */
  default int mostNoise() {
    return -1;
  }

  /**
   * Returns the class that the denoiser is told.
   *
   * @param asked by the user
   * @param noiseLevel of the picture
   */
  default int toldClass(int asked, int noiseLevel) {
    return mostNoise() < 0 ? asked : noiseLevel;
  }

  /** Returns whether the result is larger: the latents have a pixel for each of the picture's. */
  default boolean isEnlarging() {
    return false;
  }

  /** Returns the values of a result that is no picture. */
  default Optional<Values> values() {
    return Optional.empty();
  }
}
