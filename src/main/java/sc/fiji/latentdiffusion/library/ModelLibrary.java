/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelScan;
import sc.fiji.latentdiffusion.io.model.ModelSearch;
import sc.fiji.latentdiffusion.io.model.ModelStamp;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.tiny.TinyDecoderFile;

/**
 * The models on this computer: the built-in ones and those of the models folder. Files that have
 * not changed since the last look, by their sizes and times, are not opened again. Safe for use by
 * several threads.
 */
public final class ModelLibrary {

  private record Seen(String name, ModelStamp stamp, ModelSummary summary) {

    boolean isSame(String otherName, ModelStamp other) {
      return name.equals(otherName) && stamp.equals(other);
    }
  }

  private final Supplier<Path> folder;
  private final Executor background;
  private final Map<Path, Seen> seen = new HashMap<>();
  private CompletableFuture<List<ModelSummary>> scan;
  private final Map<BuiltIn, ModelSummary> builtIn = new EnumMap<>(BuiltIn.class);
  private volatile List<ModelSummary> latest = List.of();

  /**
   * Looks at nothing yet.
   *
   * @param folder the models folder, asked at each look; it need not exist
   * @param background runs the looks in the background
   */
  public ModelLibrary(Supplier<Path> folder, Executor background) {
    this.folder = folder;
    this.background = background;
  }

  /** The models folder, as it is now; it need not exist. */
  public Path folder() {
    return folder.get();
  }

  /** What the last look has found, at once; empty before the first. */
  public List<ModelSummary> latest() {
    return latest;
  }

  /**
   * Looks in the background, unless such a look is under way already.
   *
   * @return the summaries to come: the built-in models, then the others by their names
   */
  public synchronized CompletableFuture<List<ModelSummary>> scan() {
    if (scan == null || scan.isDone()) {
      scan = CompletableFuture.supplyAsync(this::models, background);
    }
    return scan;
  }

  /**
   * Looks now.
   *
   * @return the built-in models, then the others by their names
   */
  public List<ModelSummary> models() {
    Path root = folder.get();
    Checksum.keepIn(root);
    List<ModelSummary> models = new ArrayList<>();
    for (BuiltIn which : BuiltIn.values()) models.add(builtIn(which));
    for (Path path : ModelScan.of(root, ModelLibrary::isAddedToModels))
      models.add(found(root, path));
    latest = List.copyOf(models);
    return latest;
  }

  /** Folders of add-ons, of small decoders, and of VAEs for other software. */
  private static boolean isAddedToModels(String name) {
    return AddOns.kinds().stream().anyMatch(kind -> kind.folder().equals(name))
        || TinyDecoderFile.FOLDER.equals(name)
        || Families.all().stream().anyMatch(family -> isPart(name, family));
  }

  private static boolean isPart(String name, Family family) {
    return family.tinyDecoders().stream().anyMatch(name::startsWith)
        || family.components().stream()
            .anyMatch(c -> c.role() == Role.AUTOENCODER && c.name().equals(name));
  }

  /**
   * Looks in the background at one model that a user names, listed or not.
   *
   * @param name empty, the name of one in the models folder, or a path
   * @return its summary; if there is no such model, one with the reason
   */
  public CompletableFuture<ModelSummary> look(String name) {
    return CompletableFuture.supplyAsync(() -> one(name), background);
  }

  private ModelSummary one(String name) {
    try {
      Path path = Model.find(name, folder.get()).path();
      Optional<BuiltIn> which =
          BuiltIn.named(name).filter(model -> model.key().equals(name.strip()));
      return which.map(this::builtIn).orElseGet(() -> summary(name, path));
    } catch (IOException | RuntimeException e) {
      return ModelSummary.broken(name, Path.of(""), e);
    }
  }

  /** A built-in model; its files are read once. */
  public synchronized ModelSummary builtIn(BuiltIn which) {
    return builtIn.computeIfAbsent(which, ModelSummary::of);
  }

  private ModelSummary found(Path root, Path path) {
    return summary(ModelSearch.nameOf(path, root), path);
  }

  private ModelSummary summary(String name, Path path) {
    try {
      return summary(name, path, ModelStamp.of(path));
    } catch (IOException e) {
      return ModelSummary.broken(name, path, e);
    }
  }

  private ModelSummary summary(String name, Path path, ModelStamp stamp) {
    synchronized (seen) {
      Seen before = seen.get(path);
      if (before != null && before.isSame(name, stamp)) return before.summary();
    }
    ModelSummary summary = ModelSummary.of(name, path);
    synchronized (seen) {
      seen.put(path, new Seen(name, stamp, summary));
    }
    return summary;
  }
}
