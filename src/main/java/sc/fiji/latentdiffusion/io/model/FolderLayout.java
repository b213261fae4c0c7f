/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The components of a folder, and where in it they lie.
 *
 * @param index the components, as {@code model_index.json} names them, or would name them in a
 *     folder that has none
 * @param places folders of components, relative to the model's; a component that is not among them
 *     lies in the folder of its name
 */
public record FolderLayout(Config index, Map<String, String> places) {

  /** The place of components in the model's own folder. */
  public static final String HERE = "";

  /** The files of a folder that may be a model's, on this computer or on a hub. */
  public interface Contents {

    /**
     * Returns whether there is such a file.
     *
     * @param path with slashes, relative to the folder
     */
    boolean hasFile(String path);

    /** Returns whether there is such a folder. */
    boolean hasFolder(String name);

    /**
     * Reads settings.
     *
     * @param path of a JSON file with slashes, relative to the folder
     * @throws IOException if it can't be read, or is no JSON object
     */
    Config json(String path) throws IOException;
  }

  /** Returns the files of a folder on this computer; it need not exist. */
  static Contents contents(Path folder) {
    return new Contents() {
      @Override
      public boolean hasFile(String path) {
        return Files.isRegularFile(folder.resolve(path));
      }

      @Override
      public boolean hasFolder(String name) {
        return Files.isDirectory(folder.resolve(name));
      }

      @Override
      public Config json(String path) throws IOException {
        return Json.config(folder.resolve(path));
      }
    };
  }

  /**
   * Returns the layout of a folder: as its {@code model_index.json} says, or as a kind of models
   * knows it that needs none. A component without a folder lies beside the index, as in diffusers,
   * if its settings do.
   *
   * @return nothing if it is no model's
   * @throws IOException if settings can't be read
   */
  public static Optional<FolderLayout> of(Contents folder) throws IOException {
    if (!folder.hasFile(ModelFolder.INDEX)) return ModelKinds.layout(folder);
    Config index = folder.json(ModelFolder.INDEX);
    Map<String, String> places = new LinkedHashMap<>();
    for (String component : index.toMap().keySet()) {
      boolean isHere = folder.hasFile(ModelKinds.configName(component));
      if (isHere && !folder.hasFolder(component)) places.put(component, HERE);
    }
    return Optional.of(new FolderLayout(index, places));
  }

  /** Returns the folder of a component in a model's folder. */
  Path place(Path folder, String component) {
    return folder.resolve(place(component));
  }

  /** Returns the folder of a component, relative to the model's; empty for the model's own. */
  public String place(String component) {
    return places.getOrDefault(component, component);
  }
}
