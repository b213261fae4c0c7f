/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import sc.fiji.latentdiffusion.models.prompts.Prompts;

/** Encodes prompts to the conditioning that a denoiser takes. */
public interface Conditioner extends AutoCloseable {

  /** For a denoiser that takes no prompts: gives none of the inputs. */
  Conditioner NONE = (prompts, width, height, owner) -> new Conditioning(null, null);

  /**
   * Encodes prompts.
   *
   * @param prompts of the run
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param owner owns the result
   * @return one batch entry a prompt, the negative one first
   * @throws IllegalArgumentException if the prompts skip more layers than the text encoder has
   * @throws java.io.UncheckedIOException if a file can't be read any more
   */
  Conditioning encode(Prompts prompts, int width, int height, NDManager owner);

  /**
   * Joins the encodings that diffusers' pipelines give to a U-Net.
   *
   * @param states of each token, {@code [b, tokens, d]}, float32
   * @param text of the whole prompt, {@code [b, D]}, float32; null if the family takes none
   * @param ids sizes and crop, a row for each prompt; null if the family takes none
   * @param owner owns the result
   * @throws IllegalArgumentException if the family takes more than is given
   */
  default Conditioning joined(NDArray states, NDArray text, float[][] ids, NDManager owner) {
    return new Conditioning(states, null);
  }

  /**
   * Returns the width of each text encoder's token embeddings, by the encoder's index among those
   * of the family, from 0; an empty map if it takes no learned words.
   */
  default Map<Integer, Integer> widths() {
    return Map.of();
  }

  /** Frees what the model's manager and {@link LoadedWeights} do not own. */
  @Override
  default void close() {}
}
