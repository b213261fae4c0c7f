/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A layout of single files, in which tensors have the names of the code that trained the model.
 * Such a file has no settings: the layout gives those of the models as they were published.
 */
public interface SingleFileLayout {

  /**
   * Key of settings that the file does not have: true where they were guessed from the tensors'
   * shapes.
   */
  String GUESSED = "_guessed";

  /**
   * The settings that a layout gives a file.
   *
   * @param index as {@code model_index.json} would have it
   * @param components the settings of each component that the file holds, in diffusers' keys
   * @param decided the components whose settings the file itself decides, whatever lies beside it
   * @param notes messages to the user on how the file was read
   */
  record Settings(
      JsonObject index,
      Map<String, JsonObject> components,
      Set<String> decided,
      List<String> notes) {}

  /**
   * Returns whether a file has this layout.
   *
   * @param names of its tensors
   */
  boolean fits(Set<String> names);

  /**
   * Returns whether a file has this layout, of which components that come from elsewhere may be
   * missing.
   *
   * @param names of its tensors
   * @param elsewhere the roles of those components
   */
  default boolean fitsWithout(Set<String> names, Set<Role> elsewhere) {
    return fits(names);
  }

  /**
   * Returns the settings of a component that the file does not hold, as they were published.
   *
   * @param component its name
   * @return empty if the layout has none
   * @throws IOException if a resource is missing
   */
  default Optional<JsonObject> publishedSettings(String component) throws IOException {
    return Optional.empty();
  }

  /**
   * Describes a file that fits no layout: its kind, or its missing part.
   *
   * @param names of its tensors
   * @return the text after the file's name in a message, for example {@code is a LoRA, expected a
   *     model}; empty if this layout can't tell
   */
  Optional<String> problem(Set<String> names);

  /**
   * Reads the settings of a file that fits.
   *
   * @param file where it lies
   * @param content its tensors and metadata
   * @throws IOException if a tensor that tells can't be read
   */
  Settings settings(Path file, TensorFile content) throws IOException;

  /**
   * Finds the tensors of a component in a file that fits.
   *
   * @param component its name
   * @param config its settings
   * @param content the file's tensors
   * @return the component's tensors by diffusers' names
   * @throws IOException if a tensor has another shape than expected
   */
  Map<String, StoredTensor> tensors(String component, Config config, TensorFile content)
      throws IOException;
}
