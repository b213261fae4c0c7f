/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.SciJavaPlugin;

/**
 * The files of a kind of model: how a model of this kind is recognised, the components that its
 * folder holds, and the layouts of single files. {@link ModelKinds} finds the plugins of all types
 * below this one.
 */
public interface ModelKind extends SciJavaPlugin {

  /**
   * Returns whether a model is of this kind.
   *
   * @param model is asked only for its {@linkplain Model#index index} and for the components that
   *     it {@linkplain Model#named names}; the files themselves may be missing
   */
  boolean fits(Model model);

  /**
   * Returns the layout of a folder without {@code model_index.json}, if models of this kind are
   * also kept so and it is one.
   *
   * @param folder on this computer or on a hub, whose settings are read
   * @throws IOException if settings are there, but are no JSON object
   */
  default Optional<FolderLayout> layout(FolderLayout.Contents folder) throws IOException {
    return Optional.empty();
  }

  /**
   * Returns notes for the user on how a model of this kind is read; mostly none.
   *
   * @param model is asked only for its index and for the components that it names
   */
  default List<String> notes(Model model) {
    return List.of();
  }

  /**
   * Checks that a model can be run, by its settings alone: before its weights are read, or brought
   * from a hub.
   *
   * @param model of this kind; is asked only for its index, for the components that it names, and
   *     for their {@linkplain Model#config settings}
   * @throws IOException if it can't, naming the setting; or if settings are missing
   * @throws IllegalArgumentException if a value in the settings is of the wrong kind, naming it
   */
  default void checkSettings(Model model) throws IOException {}

  /** Returns the components that models of this kind may have, in the order of tables. */
  List<Component> components();

  /**
   * Returns other components that models of this kind often name, and without which their pictures
   * are the same here.
   */
  default Set<String> ignored() {
    return Set.of();
  }

  /** Returns the text encoders that may come from files of their own. */
  default List<EncoderPlace> encoders() {
    return List.of();
  }

  /** Returns the layouts of single files that hold models of this kind. */
  default List<SingleFileLayout> singleFiles() {
    return List.of();
  }
}
