/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/**
 * Add-ons whose files were found, and their additions to a model: changes of weights, words of
 * prompts, networks that steer. Every default adds nothing.
 */
public interface Added {

  /** No add-on. */
  Added NONE = new Added() {};

  /**
   * Returns the changes of a model's weights. Only headers are read.
   *
   * @param files of the model
   * @param declaration of the model
   * @throws IOException if an add-on is for another family of models
   */
  default Loading.Changes changes(Model files, Declaration declaration) throws IOException {
    return Loading.Changes.NONE;
  }

  /**
   * Returns the identity of the changes: equal objects for equal changes of the weights of equal
   * models. A file that was replaced makes other changes.
   *
   * @throws IOException if a file is no longer there
   */
  default List<Object> identity() throws IOException {
    return List.of();
  }

  /** The widths of a model's text encoders, which are read when they are asked for. */
  @FunctionalInterface
  interface TextWidths {

    /**
     * Returns the widths of the encoders' token embeddings, by the encoder's index among those of
     * the family, from 0.
     *
     * @throws IOException if a text encoder's files are missing or not valid
     */
    Map<Integer, Integer> get() throws IOException;
  }

  /**
   * Returns the words that prompts may contain.
   *
   * @param widths of the model's text encoders
   * @param model its name in messages
   * @throws IOException if a word is for another family of models
   */
  default List<LearnedWord> words(TextWidths widths, String model) throws IOException {
    return List.of();
  }

  /**
   * Returns notes for the user on contents of the files that a run does not use. Only headers are
   * read.
   *
   * @param files of the model
   * @param declaration of the model
   * @throws IOException if a file can no longer be read
   */
  default List<String> notes(Model files, Declaration declaration) throws IOException {
    return List.of();
  }

  /**
   * Returns the networks that steer the denoiser, in the order of the entries.
   *
   * @param parts keeps the networks
   * @param images that entries name
   * @param owner owns the hints of the images; it must stay open until the run is closed
   * @throws IOException if a network is damaged, or for another family of models
   */
  default List<Steering> steering(LoadedParts parts, NamedImages images, NDManager owner)
      throws IOException {
    return List.of();
  }

  /**
   * Returns the lines of a result's Info, by their keys.
   *
   * @param images that entries name
   * @throws IOException if a file can no longer be read
   */
  default Map<String, Object> info(NamedImages images) throws IOException {
    return Map.of();
  }
}
