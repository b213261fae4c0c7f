/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.settings.Config;

/** A model with text encoders from files of their own, in place of its own or of none. */
final class ModelWithEncoders implements Model {

  private static final String CONFIG = "config.json";

  /**
   * A text encoder.
   *
   * @param path a file of weights, or a folder with them and {@code config.json}
   */
  private record Given(
      Path path,
      EncoderPlace.Kind kind,
      long width,
      Map<String, StoredTensor> tensors,
      ModelStamp stamp) {

    /** The folder of settings and vocabulary: itself, or one of the file's name beside it. */
    Path folder() {
      return Files.isDirectory(path) ? path : SingleFile.beside(path);
    }
  }

  private final Model model;
  private final List<EncoderPlace> places;
  private final Map<String, Given> encoders = new LinkedHashMap<>();
  private final Map<String, Given> tokenizers = new LinkedHashMap<>();

  private ModelWithEncoders(Model model, List<Given> given) throws IOException {
    this.model = model;
    places = ModelKinds.of(model).map(ModelKind::encoders).orElse(List.of());
    for (EncoderPlace.Kind kind : EncoderPlace.Kind.values()) {
      place(
          places.stream().filter(place -> place.kind() == kind).toList(),
          given.stream().filter(one -> one.kind() == kind).toList());
    }
  }

  /**
   * Puts text encoders into a model.
   *
   * @param model that may lack its own
   * @param names of the text encoders
   * @param modelsFolder where they are looked for
   * @throws IOException if one is not found or not recognised, or they are too many or too few
   */
  static Model of(Model model, List<String> names, Path modelsFolder) throws IOException {
    try {
      List<Given> given = new ArrayList<>();
      for (String name : names) given.add(read(ModelSearch.findAny(name, modelsFolder)));
      return new ModelWithEncoders(model, given);
    } catch (IOException e) {
      throw new IOException("encoders: " + e.getMessage(), e);
    }
  }

  private static Given read(Path found) throws IOException {
    Path path = found.toAbsolutePath().normalize();
    Map<String, StoredTensor> tensors =
        Files.isDirectory(path) ? WeightFiles.in(path).tensors() : TensorFile.read(path).tensors();
    EncoderPlace.Kind kind =
        EncoderPlace.Kind.of(tensors.keySet())
            .orElseThrow(
                () ->
                    new IOException(
                        path
                            + " is no text encoder; expected CLIP, T5 or Qwen3 with the names of"
                            + " transformers"));
    return new Given(path, kind, width(kind, tensors), tensors, ModelStamp.of(path));
  }

  private static long width(EncoderPlace.Kind kind, Map<String, StoredTensor> tensors) {
    return tensors.values().stream()
        .filter(tensor -> kind.tellsWidth(tensor.name()) && tensor.shape().length > 0)
        .mapToLong(tensor -> tensor.shape()[tensor.shape().length - 1])
        .findFirst()
        .orElse(0);
  }

  /** The narrower stands first. */
  private void place(List<EncoderPlace> wanted, List<Given> given) throws IOException {
    List<Given> sorted = given.stream().sorted(Comparator.comparingLong(Given::width)).toList();
    long needed = wanted.stream().filter(EncoderPlace::isNeeded).count();
    boolean isNone = sorted.isEmpty() && wanted.stream().allMatch(this::isOwn);
    if (isNone) return;
    if (sorted.size() > wanted.size() || sorted.size() < needed) throw misfit(wanted, sorted);
    for (int i = 0; i < sorted.size(); i++) {
      encoders.put(wanted.get(i).encoder().name(), sorted.get(i));
      tokenizers.put(wanted.get(i).tokenizer().name(), sorted.get(i));
    }
  }

  private boolean isOwn(EncoderPlace place) {
    return model.has(place.encoder().name()) || !place.isNeeded();
  }

  private IOException misfit(List<EncoderPlace> wanted, List<Given> given) {
    String expected = text(places, place -> place.text() + (place.isNeeded() ? "" : " or none"));
    String found =
        given.size() > wanted.size()
            ? text(given, one -> one.path().toString()) + " are too many"
            : text(wanted.subList(given.size(), wanted.size()), EncoderPlace::text) + " is missing";
    return new IOException(
        found
            + ": expected for "
            + model.path()
            + (expected.isEmpty() ? " none" : " " + expected)
            + ". Name those files, with commas between them");
  }

  private static <T> String text(List<T> all, Function<T, String> each) {
    return all.stream().map(each).collect(Collectors.joining(", "));
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
    return model.index();
  }

  @Override
  public Set<String> named() {
    Set<String> named = new LinkedHashSet<>(model.named());
    named.addAll(encoders.keySet());
    named.addAll(tokenizers.keySet());
    return named;
  }

  @Override
  public boolean has(String component) {
    return encoders.containsKey(component)
        || tokenizers.containsKey(component)
        || model.has(component);
  }

  @Override
  public Config config(String component) throws IOException {
    Given given = encoders.get(component);
    if (given == null) return model.config(component);
    Path own = given.folder().resolve(CONFIG);
    return Files.isRegularFile(own) ? Json.config(own) : model.config(component);
  }

  @Override
  public Map<String, StoredTensor> tensors(String component) throws IOException {
    Given given = encoders.get(component);
    return given == null ? model.tensors(component) : given.tensors();
  }

  /** A vocabulary lies beside its text encoder, or where the model has it. */
  @Override
  public Optional<Path> folder(String component) {
    Given given = tokenizers.get(component);
    if (given == null) return model.folder(component);
    Path own = given.folder();
    boolean hasWords =
        List.of("tokenizer.json", "vocab.json", "spiece.model").stream()
            .anyMatch(file -> Files.isRegularFile(own.resolve(file)));
    return hasWords ? Optional.of(own) : model.folder(component);
  }

  @Override
  public List<Path> weightFiles() throws IOException {
    List<Path> files = new ArrayList<>(model.weightFiles());
    for (String component : encoders.keySet()) {
      model.folder(component).ifPresent(own -> files.removeIf(file -> file.startsWith(own)));
    }
    encoders.values().stream()
        .flatMap(given -> given.tensors().values().stream())
        .map(StoredTensor::file)
        .distinct()
        .sorted()
        .forEach(files::add);
    return files;
  }

  @Override
  public ModelStamp stamp() {
    ModelStamp stamp = model.stamp();
    for (Given given : encoders.values()) stamp = stamp.and(given.stamp());
    return stamp;
  }

  @Override
  public void requireUnchanged() throws IOException {
    model.requireUnchanged();
    for (Given given : encoders.values()) {
      if (ModelStamp.of(given.path()).equals(given.stamp())) continue;
      throw new IOException(
          "The text encoder "
              + given.path()
              + " was replaced while it was in use; run the command again to use the new one");
    }
  }

  @Override
  public Optional<KnownWords> words() throws IOException {
    return model.words();
  }

  @Override
  public List<String> notes() {
    return model.notes();
  }

  @Override
  public String toString() {
    return model
        + " with text encoders of "
        + text(List.copyOf(encoders.values()), one -> one.path().toString());
  }
}
