package sc.fiji.latentdiffusion.io.model;

import java.nio.file.Path;
import java.util.Map;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * What {@code model_index.json} would say of a folder that has none, and where its components lie.
 *
 * @param index the components, as {@code model_index.json} names them
 * @param places folders of components, relative to the model's; a component that is not among them
 *     lies in the folder of its name
 */
public record FolderLayout(Config index, Map<String, String> places) {

  /** Returns the folder of a component in a model's folder. */
  Path place(Path folder, String component) {
    return folder.resolve(places.getOrDefault(component, component));
  }
}
