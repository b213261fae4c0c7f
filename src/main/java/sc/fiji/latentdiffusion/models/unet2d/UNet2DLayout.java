/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.FolderLayout;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The layouts of models without {@code model_index.json}: a folder {@code unet}, with others beside
 * it or not; or settings and weights in the model's own folder, as diffusers wrote them in 2022.
 */
final class UNet2DLayout {

  /** The network's class in diffusers. */
  static final String NETWORK = "UNet2DModel";

  /** The class of a network that takes the rows of a table. */
  static final String CONDITIONAL = "UNet2DConditionModel";

  private static final String CLASS = "_class_name";
  private static final String CONFIG = "config.json";

  private UNet2DLayout() {}

  /** Returns the layout of a folder, if it holds such a model. */
  static Optional<FolderLayout> of(FolderLayout.Contents folder) throws IOException {
    String network = UNet2DFamily.UNET.name() + "/" + CONFIG;
    if (isNetwork(folder, network)) {
      Map<String, Object> index = new LinkedHashMap<>();
      for (Component component : UNet2DFamily.COMPONENTS) {
        add(index, component, folder, component.name() + "/");
      }
      return Optional.of(new FolderLayout(config(folder, network, index), Map.of()));
    }
    return isNetwork(folder, CONFIG) ? Optional.of(flat(folder)) : Optional.empty();
  }

  private static FolderLayout flat(FolderLayout.Contents folder) throws IOException {
    Map<String, Object> index = new LinkedHashMap<>();
    Map<String, String> places = new LinkedHashMap<>();
    for (Component component : List.of(UNet2DFamily.SCHEDULER, UNet2DFamily.UNET)) {
      add(index, component, folder, "");
      if (index.containsKey(component.name())) places.put(component.name(), FolderLayout.HERE);
    }
    return new FolderLayout(config(folder, CONFIG, index), places);
  }

  /** Adds a component whose settings are there. */
  private static void add(
      Map<String, Object> index, Component component, FolderLayout.Contents folder, String place)
      throws IOException {
    String path = place + component.role().configName();
    if (!folder.hasFile(path)) return;
    index.put(component.name(), List.of("diffusers", folder.json(path).text(CLASS, "")));
  }

  /** Returns an index as settings that stand where those of the network do. */
  private static Config config(
      FolderLayout.Contents folder, String network, Map<String, Object> index) throws IOException {
    return Config.of(index, folder.json(network).toString());
  }

  private static boolean isNetwork(FolderLayout.Contents folder, String path) throws IOException {
    return folder.hasFile(path) && folder.json(path).text(CLASS, "").equals(NETWORK);
  }

  /** Returns the class that an index names for a component; empty if it names none. */
  static String className(Config index, String component) {
    return index.toMap().get(component) instanceof List<?> pair && pair.size() == 2
        ? String.valueOf(pair.get(1))
        : "";
  }
}
