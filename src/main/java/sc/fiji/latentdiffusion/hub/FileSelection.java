/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.WeightFormat;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.FolderLayout;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.io.model.ModelKind;
import sc.fiji.latentdiffusion.io.model.ModelKinds;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.WeightNames;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Selects the files of a repository that make a model. For a folder in diffusers' layout these are
 * the settings, vocabularies and one set of weights of each component that is used; for a single
 * file, the file and the {@code .yaml} of the same name.
 */
final class FileSelection {

  private static final Pattern SETTINGS = Pattern.compile("(?!.*\\.index\\b).*\\.(json|txt)");

  /** A component of a model has about ten at most. */
  private static final int MOST_SETTINGS = 100;

  private final HubClient client;
  private final HubName name;
  private final Listing listing;
  private final String variant;
  private final Progress progress;
  private final Set<RemoteFile> files = new LinkedHashSet<>();
  private final Set<String> weights = new TreeSet<>();
  private final Map<String, Config> settings = new HashMap<>();

  private FileSelection(
      HubClient client, HubName name, Listing listing, String variant, Progress progress) {
    this.client = client;
    this.name = name;
    this.listing = listing;
    this.variant = variant;
    this.progress = progress;
  }

  /**
   * Selects; asks the hub for {@code model_index.json} and the indexes of shards, or for the header
   * of the single file.
   *
   * @param variant preferred variant of the weights, or empty
   * @return the files in the order of the download; the last one makes a folder a model
   * @throws PermanentFailure if the repository has no such model or variant; the message lists
   *     those it has
   */
  static List<RemoteFile> of(
      HubClient client, HubName name, Listing listing, String variant, Progress progress)
      throws IOException {
    FileSelection wanted = new FileSelection(client, name, listing, variant, progress);
    if (name.isFile()) {
      wanted.file();
    } else {
      wanted.folder();
    }
    return List.copyOf(wanted.files);
  }

  private void file() throws IOException {
    Optional<RemoteFile> file = listing.file(name.file());
    if (file.isEmpty()) {
      throw new PermanentFailure(
          name.id()
              + " has no file "
              + name.file()
              + ". Its single files are: "
              + listing.singleFiles()
              + ".");
    }
    if (name.file().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      RemoteHeader.check(client, name, listing.commit(), file.get(), progress);
    }
    String settings = name.file().replaceFirst("\\.[^.]+$", ".yaml");
    listing.file(settings).ifPresent(files::add);
    files.add(file.get());
  }

  private void folder() throws IOException {
    FolderLayout layout = FolderLayout.of(new Repository()).orElseThrow(() -> noModel());
    Map<String, Config> configs = new HashMap<>();
    ModelFolder model =
        ModelFolder.remote(name.id(), layout, (component, file) -> known(configs, component));
    ModelKind kind = kind(model);
    Set<RemoteFile> last = new LinkedHashSet<>(); // what makes a folder a model
    for (Component component : model.components()) {
      String place = layout.place(component.name());
      boolean isHere = place.equals(FolderLayout.HERE);
      if (isHere) last.add(required(component.role().configName()));
      component(component, place);
      if (component.role() == Role.TOKENIZER) continue;
      String file = at(place, component.role().configName());
      configs.put(component.name(), json(required(file).path()));
    }
    check(kind, model);
    requireVariant(network(model), layout);
    listing.file(ModelFolder.INDEX).ifPresent(last::add);
    files.addAll(last);
  }

  private PermanentFailure noModel() {
    return new PermanentFailure(
        name.id()
            + " has no "
            + ModelFolder.INDEX
            + ": it is no model in diffusers' layout. Single files are named as "
            + name.id()
            + "/FILE; it has: "
            + listing.singleFiles()
            + ".");
  }

  private ModelKind kind(ModelFolder model) throws PermanentFailure {
    return ModelKinds.of(model)
        .orElseThrow(
            () ->
                new PermanentFailure(
                    name.id()
                        + " is a "
                        + ForeignText.shown(
                            model.index().text("_class_name", "model of unknown kind"))
                        + " of "
                        + Listing.shown(List.copyOf(model.named()))
                        + ", which can't be run here: expected one of these: "
                        + ModelKinds.labels()
                        + "."));
  }

  /** The repository as a folder. */
  private final class Repository implements FolderLayout.Contents {

    @Override
    public boolean hasFile(String path) {
      return listing.file(path).isPresent();
    }

    @Override
    public boolean hasFolder(String folder) {
      return !listing.names(folder).isEmpty();
    }

    @Override
    public Config json(String path) throws IOException {
      return FileSelection.this.json(path);
    }
  }

  /** Checks the settings before any weights are brought, as loading will. */
  private void check(ModelKind kind, ModelFolder model) throws PermanentFailure {
    try {
      kind.checkSettings(model);
    } catch (IOException | IllegalArgumentException e) {
      throw nothing(name.id() + " can't be run here: " + e.getMessage(), e);
    }
  }

  private static Config known(Map<String, Config> configs, String component) throws IOException {
    if (configs.containsKey(component)) return configs.get(component);
    throw new IOException(ModelFolder.INDEX + " names no component " + component);
  }

  private static PermanentFailure nothing(String why, Exception cause) {
    return new PermanentFailure(why.replaceAll("\\.$", "") + ". Nothing is downloaded.", cause);
  }

  /** Returns settings, asked for once. */
  private Config json(String path) throws IOException {
    if (!settings.containsKey(path)) settings.put(path, asked(path));
    return settings.get(path);
  }

  private Config asked(String path) throws IOException {
    String text = client.text(name, listing.commit(), path, progress);
    String where = name.id() + "/" + path;
    try {
      return Json.config(Json.object(text, where), where);
    } catch (IOException e) {
      throw nothing(e.getMessage(), e);
    }
  }

  /** Adds a component's weights, and its settings unless they come last. */
  private void component(Component component, String place) throws IOException {
    List<String> names = listing.names(place);
    if (names.isEmpty()) {
      throw new PermanentFailure(
          name.id() + " is incomplete: " + ModelFolder.INDEX + " names " + component.name() + ".");
    }
    if (!place.equals(FolderLayout.HERE)) {
      for (String file : settings(place, names)) files.add(required(at(place, file)));
    }
    Optional<String> chosen = WeightNames.preferred(names, variant);
    if (chosen.isPresent() && component.role().isNetwork()) weights(place, chosen.get());
  }

  /** Returns the path of a file in a folder of the repository, which may be its own. */
  private static String at(String folder, String file) {
    return folder.equals(FolderLayout.HERE) ? file : folder + "/" + file;
  }

  private List<String> settings(String folder, List<String> names) throws PermanentFailure {
    List<String> settings = names.stream().filter(SETTINGS.asMatchPredicate()).toList();
    if (settings.size() <= MOST_SETTINGS) return settings;
    throw new PermanentFailure(
        name.id()
            + " lists "
            + settings.size()
            + " files of settings in "
            + folder
            + "; expected at most "
            + MOST_SETTINGS
            + ". Nothing is downloaded.");
  }

  private void weights(String folder, String file) throws IOException {
    weights.add(file);
    files.add(required(at(folder, file)));
    if (file.endsWith(".json")) {
      for (String shard : shards(at(folder, file))) files.add(required(at(folder, shard)));
    }
  }

  private Set<String> shards(String index) throws IOException {
    Config map = json(index);
    if (!map.isObject("weight_map")) {
      throw nothing(index + " of " + name.id() + " lacks the object \"weight_map\"", null);
    }
    Set<String> shards = new LinkedHashSet<>();
    for (Object shard : map.object("weight_map").toMap().values()) {
      if (!(shard instanceof String file) || !WeightNames.isShard(file)) {
        throw new PermanentFailure(
            name.id()
                + ": "
                + index
                + " names \""
                + ForeignText.shown(String.valueOf(shard))
                + "\", which is no file of weights (.safetensors or .bin) in the same folder."
                + " Nothing is downloaded.");
      }
      shards.add(file);
    }
    return shards;
  }

  private RemoteFile required(String path) throws PermanentFailure {
    Optional<RemoteFile> file = listing.file(path);
    if (file.isPresent()) return file.get().requirePortable().requireContent();
    throw new PermanentFailure(
        name.id() + " is incomplete: it lacks " + ForeignText.shown(path) + ".");
  }

  /** Returns the network for which a variant is wanted first. */
  private static String network(ModelFolder model) {
    return model.components().stream()
        .filter(component -> component.role() == Role.DENOISER)
        .findFirst()
        .or(() -> model.components().stream().filter(c -> c.role().isNetwork()).findFirst())
        .map(Component::name)
        .orElse("");
  }

  private void requireVariant(String network, FolderLayout layout) throws PermanentFailure {
    if (!variant.isEmpty() && weights.stream().noneMatch(f -> WeightNames.isOf(f, variant))) {
      throw new PermanentFailure(
          name.id()
              + " has no variant "
              + variant
              + ". The weights in "
              + network
              + " are: "
              + Listing.shown(weights(layout.place(network)))
              + ".");
    }
  }

  private List<String> weights(String folder) {
    List<String> found = new ArrayList<>(listing.names(folder));
    found.removeIf(file -> !file.matches(".*" + WeightFormat.pattern(WeightFormat.ofComponents())));
    return found;
  }
}
