package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.Json;
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
  private static final String HERE = "";

  private UNet2DLayout() {}

  /** Returns the layout of a folder, if it holds such a model. */
  static Optional<FolderLayout> of(Path folder) throws IOException {
    if (isNetwork(folder.resolve(UNet2DFamily.UNET.name()))) {
      Map<String, Object> index = new LinkedHashMap<>();
      for (Component component : UNet2DFamily.COMPONENTS) {
        Path place = folder.resolve(component.name());
        String settings = component.role().configName();
        if (Files.isRegularFile(place.resolve(settings))) add(index, component, place);
      }
      return Optional.of(layout(folder, index, Map.of()));
    }
    return isNetwork(folder) ? Optional.of(flat(folder)) : Optional.empty();
  }

  private static FolderLayout flat(Path folder) throws IOException {
    Map<String, Object> index = new LinkedHashMap<>();
    Map<String, String> places = new LinkedHashMap<>();
    for (Component component : List.of(UNet2DFamily.SCHEDULER, UNet2DFamily.UNET)) {
      if (!Files.isRegularFile(folder.resolve(component.role().configName()))) continue;
      add(index, component, folder);
      places.put(component.name(), HERE);
    }
    return layout(folder, index, places);
  }

  private static void add(Map<String, Object> index, Component component, Path place)
      throws IOException {
    Config settings = Json.config(place.resolve(component.role().configName()));
    index.put(component.name(), List.of("diffusers", settings.text(CLASS, "")));
  }

  private static FolderLayout layout(
      Path folder, Map<String, Object> index, Map<String, String> places) {
    return new FolderLayout(Config.of(index, folder.toString()), places);
  }

  private static boolean isNetwork(Path folder) throws IOException {
    Path settings = folder.resolve(CONFIG);
    return Files.isRegularFile(settings) && Json.config(settings).text(CLASS, "").equals(NETWORK);
  }

  /** Returns the class that an index names for a component; empty if it names none. */
  static String className(Config index, String component) {
    return index.toMap().get(component) instanceof List<?> pair && pair.size() == 2
        ? String.valueOf(pair.get(1))
        : "";
  }
}
