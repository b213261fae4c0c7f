/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.scijava.plugin.SciJavaPlugin;

/**
 * A kind of add-on, for example LoRA: a folder below this package, found by {@code @Plugin}. Macros
 * hold the keys of all kinds by falling priority.
 */
public interface AddOn extends SciJavaPlugin {

  /** Returns the key, folder and file names of this kind, and the form of its lists. */
  Kind kind();

  /**
   * Finds the files of a list.
   *
   * @param entries of the list, in their order; none if the run has no add-on of this kind
   * @param modelsFolder in whose {@link Kind#folder} names are looked up; need not exist
   * @return the add-ons; no network is loaded
   * @throws IllegalArgumentException if entries contradict each other, for example name one file
   *     twice
   * @throws IOException if a file is missing or not valid
   */
  Added find(List<Entry> entries, Path modelsFolder) throws IOException;

  /**
   * Returns the words that prompts may use with the add-ons of a list, beside those that the model
   * knows. Only headers are read.
   *
   * @param entries of the list
   * @param modelsFolder as in {@link #find}
   * @return the words or phrases; empty if the files do not say which
   * @throws IOException if a file is missing or not valid
   */
  default Optional<List<String>> words(List<Entry> entries, Path modelsFolder) throws IOException {
    return Optional.of(List.of());
  }

  /**
   * Returns how many numbers the networks hold that run beside the model's own, for an estimate of
   * the memory. Only headers are read.
   *
   * @param entries of the list
   * @param modelsFolder as in {@link #find}
   * @throws IOException if a file is missing or not valid
   */
  default double parameters(List<Entry> entries, Path modelsFolder) throws IOException {
    return 0;
  }

  /**
   * Returns the contents of a file or folder, if it is an add-on of this kind that can be shown as
   * a model can.
   *
   * @param name or path
   * @param modelsFolder as in {@link #find}
   * @throws IOException if it is one and is not valid
   */
  default Optional<Contents> contents(String name, Path modelsFolder) throws IOException {
    return Optional.empty();
  }
}
