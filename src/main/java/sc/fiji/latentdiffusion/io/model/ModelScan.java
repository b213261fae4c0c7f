package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the models in a models folder: folders in diffusers' layout, whole or not, and single files
 * that may hold a model, some levels deep. Links are followed; nothing is opened.
 */
public final class ModelScan {

  private static final int DEPTH = 4;

  private static final String FILE = ".*\\.(safetensors|ckpt)";

  private final List<Path> found = new ArrayList<>();
  private final Set<String> denoisers = ModelKinds.names(Role.DENOISER);
  private final Predicate<String> isOther;

  private ModelScan(Predicate<String> isOther) {
    this.isOther = isOther;
  }

  /**
   * Looks for models.
   *
   * @param folder the models folder; it need not exist
   * @param isOther whether a folder or file at the top is no model by its name, but is added to
   *     models
   * @return their paths, in the order of their names; folders that can't be looked into among them
   */
  public static List<Path> of(Path folder, Predicate<String> isOther) {
    ModelScan scan = new ModelScan(isOther);
    if (Files.isDirectory(folder)) scan.visit(folder, 0);
    return List.copyOf(scan.found);
  }

  private void visit(Path folder, int depth) {
    List<String> names;
    try {
      names = ModelSearch.names(folder);
    } catch (IOException e) {
      found.add(folder); // opening it says why
      return;
    }
    boolean model = depth > 0 && isModel(names);
    if (model) found.add(folder);
    for (String name : names) {
      if (name.startsWith(".") || depth == 0 && isOther.test(name)) continue;
      Path path = folder.resolve(name);
      if (name.toLowerCase(Locale.ROOT).matches(FILE) && Files.isRegularFile(path)) {
        found.add(path);
      } else if (!model && depth < DEPTH && Files.isDirectory(path)) {
        visit(path, depth + 1);
      }
    }
  }

  private boolean isModel(List<String> names) {
    return names.contains(ModelFolder.INDEX) || names.stream().anyMatch(denoisers::contains);
  }
}
