package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What in a models folder is a model, or looks as if it were meant as one: folders in diffusers'
 * layout, whole or not, and single files, some levels deep. Links are followed; nothing is opened.
 */
public final class ModelScan {

  private static final int DEPTH = 4;

  /** What at the top is added to models, or is a part of them: folders and files. */
  private static final String PARTS = "lora|controlnet|embeddings|vae|vae_approx|taesd.*";

  private static final String FILE = ".*\\.(safetensors|ckpt)";

  private final List<Path> found = new ArrayList<>();

  private ModelScan() {}

  /**
   * Looks for models.
   *
   * @param folder the models folder; it need not exist
   * @return their paths, in the order of their names; folders that can't be looked into among them
   */
  public static List<Path> of(Path folder) {
    ModelScan scan = new ModelScan();
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
      if (name.startsWith(".") || depth == 0 && name.matches(PARTS)) continue;
      Path path = folder.resolve(name);
      if (name.toLowerCase(Locale.ROOT).matches(FILE) && Files.isRegularFile(path)) {
        found.add(path);
      } else if (!model && depth < DEPTH && Files.isDirectory(path)) {
        visit(path, depth + 1);
      }
    }
  }

  private static boolean isModel(List<String> names) {
    return names.contains(ModelFolder.INDEX) || names.contains("unet");
  }
}
