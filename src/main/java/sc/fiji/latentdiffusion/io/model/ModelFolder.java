/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A model in diffusers' folder layout: {@code model_index.json} and one folder for every component
 * that it names; or a folder without that file whose {@linkplain FolderLayout layout} a kind knows.
 * The model's {@linkplain ModelKind kind} tells which of them are used. Read only. Opening one
 * checks that nothing is missing; contents are read later.
 */
public final class ModelFolder implements Model {

  /** The file that makes a folder a model. */
  public static final String INDEX = "model_index.json";

  private final String name;
  private final Path folder;
  private final FolderLayout layout;
  private final Settings settings;
  private final Set<String> named;
  private final ModelStamp stamp;
  private final Optional<BuiltIn> builtIn;
  private final Optional<String> note;

  private ModelFolder(
      String name, Path folder, FolderLayout layout, Settings settings, ModelStamp stamp) {
    this(name, folder, layout, settings, stamp, Optional.empty(), Optional.empty());
  }

  private ModelFolder(
      String name,
      Path folder,
      FolderLayout layout,
      Settings settings,
      ModelStamp stamp,
      Optional<BuiltIn> builtIn,
      Optional<String> note) {
    this.settings = settings;
    this.layout = layout;
    this.stamp = stamp;
    this.name = name;
    this.folder = folder;
    this.builtIn = builtIn;
    this.note = note;
    named = named(layout.index());
  }

  /**
   * Opens a folder.
   *
   * @param folder a folder in diffusers' layout
   * @throws IOException if it is missing, a file, empty, not a model or not a whole one, each with
   *     its own message
   */
  public static ModelFolder open(Path folder) throws IOException {
    Path path = folder.toAbsolutePath().normalize();
    return open(path, String.valueOf(path.getFileName()));
  }

  /** As {@link #open(Path)}, but components of some roles may be missing. */
  static ModelFolder openWithout(Path folder, Set<Role> elsewhere) throws IOException {
    Path path = folder.toAbsolutePath().normalize();
    return open(
        path, String.valueOf(path.getFileName()), Optional.empty(), Optional.empty(), elsewhere);
  }

  static ModelFolder open(Path path, String name) throws IOException {
    return open(path, name, Optional.empty(), Optional.empty(), Set.of());
  }

  private static ModelFolder open(
      Path path, String name, Optional<BuiltIn> builtIn, Optional<String> note, Set<Role> unneeded)
      throws IOException {
    FolderLayout layout = layout(path);
    ModelStamp stamp = ModelStamp.of(path);
    Settings settings =
        (component, file) -> Json.config(layout.place(path, component).resolve(file));
    ModelFolder model = new ModelFolder(name, path, layout, settings, stamp, builtIn, note);
    model.requireWhole(unneeded);
    return model;
  }

  private static FolderLayout layout(Path path) throws IOException {
    Optional<FolderLayout> layout =
        Files.isDirectory(path) ? FolderLayout.of(FolderLayout.contents(path)) : Optional.empty();
    if (layout.isEmpty()) ModelSearch.requireModel(path);
    return layout.orElseThrow();
  }

  /**
   * Opens a built-in model, a resource on the class path, which is a folder or lies inside the jar.
   *
   * @param note for the user on how it was found
   * @throws IOException if it is not there or not whole
   */
  static ModelFolder open(BuiltIn which, Optional<String> note) throws IOException {
    return open(ModelSearch.inJar(which), which.label(), Optional.of(which), note, Set.of());
  }

  /**
   * Returns a folder that is not on this computer: it has components and settings, but no files.
   *
   * @param name of the model
   * @param layout of the folder
   * @param settings of its components
   */
  public static ModelFolder remote(String name, FolderLayout layout, Settings settings) {
    return new ModelFolder(name, Path.of(name), layout, settings, ModelStamp.NONE);
  }

  /** Gives the settings of components. */
  @FunctionalInterface
  public interface Settings {

    /**
     * @param component as {@code model_index.json} names it
     * @param file with the settings
     */
    Config read(String component, String file) throws IOException;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<BuiltIn> builtIn() {
    return builtIn;
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public ModelStamp stamp() {
    return stamp;
  }

  @Override
  public Config index() {
    return layout.index();
  }

  @Override
  public Set<String> named() {
    return named;
  }

  @Override
  public boolean has(String component) {
    return names().anyMatch(component::equals);
  }

  @Override
  public Config config(String component) throws IOException {
    return settings.read(component, ModelKinds.configName(this, component));
  }

  /**
   * Finds the tensors of a component. The set of files in full precision is taken, before the
   * {@code fp16} variant, and safetensors before PyTorch's own; each set may be one file or many
   * with an index.
   */
  @Override
  public Map<String, StoredTensor> tensors(String component) throws IOException {
    requireFolder(component);
    return WeightFiles.in(place(component)).tensors();
  }

  @Override
  public Optional<Path> folder(String component) {
    return Optional.of(place(component));
  }

  @Override
  public Optional<KnownWords> words() throws IOException {
    return KnownWords.in(folder);
  }

  /** Returns the folder of a component. */
  private Path place(String component) {
    return layout.place(folder, component);
  }

  @Override
  public List<Path> weightFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    List<Component> sorted =
        components().stream().sorted(Comparator.comparing(Component::name)).toList();
    for (Component component : sorted) {
      Path path = place(component.name());
      boolean isNetwork = component.role().isNetwork();
      if (isNetwork && WeightFiles.anyIn(path)) files.addAll(WeightFiles.in(path).files());
    }
    return files;
  }

  @Override
  public List<String> notes() {
    Set<String> known = names().collect(Collectors.toCollection(HashSet::new));
    ModelKinds.of(this).ifPresent(kind -> known.addAll(kind.ignored()));
    List<String> others = named.stream().filter(name -> !known.contains(name)).toList();
    List<String> notes = new ArrayList<>(note.stream().toList());
    ModelKinds.of(this).ifPresent(kind -> notes.addAll(kind.notes(this)));
    if (!others.isEmpty()) {
      notes.add(
          INDEX
              + " of "
              + folder
              + " names components that are not used here: "
              + String.join(", ", others)
              + ". The pictures are those of the model without them.");
    }
    return notes;
  }

  @Override
  public String toString() {
    return name + " (" + folder + ")";
  }

  /**
   * Returns the components that the index names and that are used, in its order: those that the
   * model's kind may have.
   */
  public List<Component> components() {
    Map<String, Component> known = new HashMap<>();
    ModelKinds.components(this).forEach(component -> known.put(component.name(), component));
    return named.stream().filter(known::containsKey).map(known::get).toList();
  }

  private Stream<String> names() {
    return components().stream().map(Component::name);
  }

  /** Components are those whose value is [library, class], not null. */
  private static Set<String> named(Config index) {
    return index.toMap().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof List<?> pair && isComponent(pair))
        .map(Map.Entry::getKey)
        .collect(
            Collectors.collectingAndThen(
                Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
  }

  private static boolean isComponent(List<?> pair) {
    return pair.size() == 2 && pair.stream().allMatch(String.class::isInstance);
  }

  private void requireWhole(Set<Role> unneeded) throws IOException {
    List<Component> needed =
        components().stream().filter(c -> !unneeded.contains(c.role())).toList();
    List<String> missing =
        needed.stream().map(Component::name).filter(c -> !Files.isDirectory(place(c))).toList();
    if (!missing.isEmpty()) throw incomplete(missing);
    for (Component component : needed) {
      if (component.role() == Role.TOKENIZER) continue;
      Path config = place(component.name()).resolve(component.role().configName());
      if (!Files.isRegularFile(config)) {
        throw new IOException(config + " is missing; copy or download the whole model again");
      }
      if (component.role().isNetwork()) WeightFiles.in(place(component.name()));
    }
  }

  private IOException incomplete(List<String> missing) {
    return new IOException(
        folder
            + " is incomplete: "
            + INDEX
            + " names "
            + names().collect(Collectors.joining(", "))
            + "; missing "
            + (missing.size() == 1 ? "is " : "are ")
            + String.join(", ", missing)
            + "; copy or download the whole model again");
  }

  private void requireFolder(String component) throws IOException {
    if (Files.isDirectory(place(component))) return;
    throw new IOException(
        folder
            + " has no component \""
            + component
            + "\"; it has "
            + names().collect(Collectors.joining(", ")));
  }
}
