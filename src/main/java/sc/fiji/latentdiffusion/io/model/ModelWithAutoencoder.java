/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.settings.Config;

/** A model with the autoencoder of another, in place of its own or of none. */
final class ModelWithAutoencoder implements Model {

  private static final String CLASS = "_class_name";
  private static final String SCALE = "scaling_factor";

  private final Model model;
  private final String component;
  private final Model other;
  private final String otherComponent;
  private final Config config;

  private ModelWithAutoencoder(Model model, Model other) throws IOException {
    this.model = model;
    this.other = other;
    component = autoencoder(model, true);
    otherComponent = autoencoder(other, false);
    config = scaled(other.config(otherComponent));
  }

  /**
   * Puts another autoencoder into a model.
   *
   * @param model that may lack its own
   * @param vae an autoencoder alone, or a model that has one, named as a model is
   * @param modelsFolder where it is looked for
   * @throws IOException if it is not found or not right, or has no autoencoder
   */
  static Model of(Model model, String vae, Path modelsFolder) throws IOException {
    try {
      return new ModelWithAutoencoder(model, Model.find(vae, modelsFolder));
    } catch (IOException e) {
      throw new IOException("vae: " + e.getMessage(), e);
    }
  }

  /** Returns the name of a model's autoencoder, or of that which models of its kind may have. */
  private static String autoencoder(Model model, boolean orNone) throws IOException {
    List<String> names =
        ModelKinds.components(model).stream()
            .filter(one -> one.role() == Role.AUTOENCODER)
            .map(Component::name)
            .toList();
    Stream<String> own = names.stream().filter(model.named()::contains);
    return (orNone ? Stream.concat(own, names.stream()) : own)
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "the model "
                        + model.path()
                        + " works without an autoencoder; expected one with an autoencoder. Leave"
                        + " vae out, or choose another"));
  }

  /** Settings that were guessed by the number of channels have the scale of the model's own. */
  private Config scaled(Config found) {
    if (found.has(SCALE) || !found.flag(SingleFileLayout.GUESSED, false)) return found;
    try {
      Config own = model.config(component);
      return own.has(SCALE) ? found.with(SCALE, own.number(SCALE, 1)) : found;
    } catch (IOException e) {
      return found; // the model has none
    }
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Optional<BuiltIn> builtIn() {
    return model.builtIn();
  }

  @Override
  public Path path() {
    return model.path();
  }

  @Override
  public Config index() {
    String name = config.text(CLASS, "AutoencoderKL");
    return model.index().with(component, List.of("diffusers", name));
  }

  @Override
  public Set<String> named() {
    Set<String> named = new LinkedHashSet<>(model.named());
    named.add(component);
    return named;
  }

  @Override
  public boolean has(String name) {
    return name.equals(component) || model.has(name);
  }

  @Override
  public Config config(String name) throws IOException {
    return name.equals(component) ? config : model.config(name);
  }

  @Override
  public Map<String, StoredTensor> tensors(String name) throws IOException {
    return name.equals(component) ? other.tensors(otherComponent) : model.tensors(name);
  }

  @Override
  public Optional<Path> folder(String name) {
    return name.equals(component) ? other.folder(otherComponent) : model.folder(name);
  }

  /** The files of the model's own autoencoder are not read, unless it lies in one file with all. */
  @Override
  public List<Path> weightFiles() throws IOException {
    List<Path> files = new ArrayList<>(model.weightFiles());
    model.folder(component).ifPresent(own -> files.removeIf(file -> file.startsWith(own)));
    other.tensors(otherComponent).values().stream()
        .map(StoredTensor::file)
        .distinct()
        .sorted()
        .filter(file -> !files.contains(file))
        .forEach(files::add);
    return files;
  }

  @Override
  public ModelStamp stamp() {
    return model.stamp().and(other.stamp());
  }

  @Override
  public void requireUnchanged() throws IOException {
    model.requireUnchanged();
    other.requireUnchanged();
  }

  @Override
  public Optional<KnownWords> words() throws IOException {
    return model.words();
  }

  @Override
  public List<String> notes() {
    return Stream.concat(model.notes().stream(), other.notes().stream()).distinct().toList();
  }

  @Override
  public String toString() {
    return model + " with the autoencoder of " + other;
  }
}
