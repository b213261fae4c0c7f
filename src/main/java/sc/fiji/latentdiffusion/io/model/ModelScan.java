/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.WeightFormat;

/**
 * Finds the models in a models folder: folders in diffusers' layout, whole or not, and single files
 * that may hold a model, some levels deep, each once. Links are followed, but not to folders above;
 * one that leads nowhere counts as a model, which can't be opened. Nothing but settings is opened.
 */
public final class ModelScan {

  private static final int DEPTH = 4;

  private static final String FILE = ".*" + WeightFormat.pattern(WeightFormat.ofModels());

  /** Names of files of other kinds. */
  private static final Pattern OTHER_FILE =
      Pattern.compile("(?!" + FILE + "$).*\\.\\p{Alpha}{1,12}");

  /**
   * A file or folder.
   *
   * @param depth below the models folder, 1…
   * @param inModel whether it lies in a model's folder
   */
  private record Place(Path path, int depth, boolean inModel) {}

  private final List<Path> found = new ArrayList<>();
  private final Set<Path> seen = new HashSet<>();

  /** Links come last, so that a model is found under its own name where it lies here, too. */
  private final Deque<Place> links = new ArrayDeque<>();

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
    if (Files.isDirectory(folder) && scan.isNew(folder)) scan.visit(folder, 0);
    while (!scan.links.isEmpty()) scan.follow(scan.links.remove(), folder);
    return scan.found.stream().sorted().toList();
  }

  private void follow(Place link, Path root) {
    if (Files.exists(link.path())) {
      if (!leadsAbove(link.path(), root)) look(link);
    } else if (!OTHER_FILE.matcher(ModelSearch.name(link.path())).matches()) {
      found.add(link.path()); // opening it says where it leads
    }
  }

  private static boolean leadsAbove(Path link, Path root) {
    try {
      return root.toRealPath().startsWith(link.toRealPath());
    } catch (IOException e) {
      return false; // opening it says why
    }
  }

  /** Returns whether a file or folder has not been seen, under this name or another. */
  private boolean isNew(Path path) {
    try {
      return seen.add(path.toRealPath());
    } catch (IOException e) {
      return true; // opening it says why
    }
  }

  private void visit(Path folder, int depth) {
    List<String> names;
    try {
      names = ModelSearch.names(folder);
    } catch (IOException e) {
      found.add(folder); // opening it says why
      return;
    }
    boolean flat = depth > 0 && hasLayout(folder, names);
    boolean model = depth > 0 && isModel(names) || flat;
    if (model && !isSettings(folder, names)) found.add(folder);
    for (String name : names) {
      if (name.startsWith(".") || depth == 0 && isOther.test(name)) continue;
      if (flat && isFile(name)) continue; // the model's own weights
      Place place = new Place(folder.resolve(name), depth + 1, model);
      if (Files.isSymbolicLink(place.path())) {
        if (!model || isFile(name)) links.add(place);
      } else {
        look(place);
      }
    }
  }

  private void look(Place place) {
    Path path = place.path();
    if (isFile(ModelSearch.name(path)) && Files.isRegularFile(path)) {
      if (isNew(path)) found.add(path);
    } else if (!place.inModel() && place.depth() <= DEPTH && Files.isDirectory(path)) {
      if (isNew(path)) visit(path, place.depth());
    }
  }

  private static boolean isFile(String name) {
    return name.toLowerCase(Locale.ROOT).matches(FILE) && !GoldenNames.isOf(name);
  }

  /** Whether a folder holds the settings of the single file of its name that lies beside it. */
  private static boolean isSettings(Path folder, List<String> names) {
    if (names.contains(ModelFolder.INDEX)) return false;
    String name = ModelSearch.name(folder);
    return WeightFormat.ofModels().stream()
        .anyMatch(end -> Files.isRegularFile(folder.resolveSibling(name + "." + end)));
  }

  /** Whether a kind knows a folder with settings and weights of its own. */
  private static boolean hasLayout(Path folder, List<String> names) {
    try {
      return names.contains("config.json")
          && ModelKinds.layout(FolderLayout.contents(folder)).isPresent();
    } catch (IOException e) {
      return true; // opening it says why
    }
  }

  private boolean isModel(List<String> names) {
    return names.contains(ModelFolder.INDEX) || names.stream().anyMatch(denoisers::contains);
  }
}
