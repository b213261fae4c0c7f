package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * A model in diffusers' folder layout: {@code model_index.json} and one folder for every component
 * that it names, such as unet, vae, text_encoder, tokenizer, scheduler. Read only. Opening one
 * checks that nothing is missing; contents are read later.
 */
public final class ModelFolder implements Model {

  /** The name of the model that comes with the software. */
  public static final String BUILT_IN = "built-in";

  /** The file that makes a folder a model. */
  public static final String INDEX = "model_index.json";

  /** What models are made of, and tells their families apart. */
  private static final Pattern USED =
      Pattern.compile("unet|vae|scheduler|transformer|prior|(text_encoder|tokenizer)(_\\d)?");

  /** What many models name, and no picture here lacks. */
  private static final Set<String> NOT_MISSED =
      Set.of("safety_checker", "feature_extractor", "image_encoder", "watermarker");

  private final String name;
  private final Path folder;
  private final Config index;

  ModelFolder(String name, Path folder, Config index) {
    this.name = name;
    this.folder = folder;
    this.index = index;
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

  static ModelFolder open(Path path, String name) throws IOException {
    ModelSearch.requireModel(path);
    ModelFolder model = new ModelFolder(name, path, Config.read(path.resolve(INDEX)));
    model.requireWhole();
    return model;
  }

  /**
   * Opens the model that comes with the software, the resource {@code /model/} on the class path,
   * which is a folder or lies inside the jar.
   *
   * @throws IOException if it is not there or not whole
   */
  public static ModelFolder inJar() throws IOException {
    return open(ModelSearch.inJar(), BUILT_IN);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public Config index() {
    return index;
  }

  @Override
  public boolean has(String component) {
    return components().contains(component) && Files.isDirectory(folder.resolve(component));
  }

  @Override
  public Config config(String component) throws IOException {
    return Config.read(file(component, configName(component)));
  }

  /**
   * Finds the tensors of a component. Of several sets of files the one in full precision is taken,
   * before the {@code fp16} variant, and safetensors before PyTorch's own; each set may be one file
   * or many with an index.
   */
  @Override
  public Map<String, StoredTensor> tensors(String component) throws IOException {
    requireFolder(component);
    return WeightFiles.in(folder.resolve(component)).tensors();
  }

  @Override
  public Optional<Path> folder(String component) {
    return Optional.of(folder.resolve(component));
  }

  private Path file(String component, String file) {
    return folder.resolve(component).resolve(file);
  }

  @Override
  public List<Path> weightFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String component : components().stream().sorted().toList()) {
      Path path = folder.resolve(component);
      if (WeightFiles.anyIn(path)) files.addAll(WeightFiles.in(path).files());
    }
    return files;
  }

  @Override
  public List<String> notes() {
    List<String> others =
        named(index).filter(name -> !isUsed(name) && !NOT_MISSED.contains(name)).toList();
    if (others.isEmpty()) return List.of();
    return List.of(
        INDEX
            + " of "
            + folder
            + " names components that are not used here: "
            + String.join(", ", others)
            + ". The pictures are those of the model without them.");
  }

  @Override
  public String toString() {
    return name + " (" + folder + ")";
  }

  private List<String> components() {
    return components(index);
  }

  /**
   * Returns the components that an index names and that are used: those whose value is [library,
   * class], not null, and whose name is one that a network, tokenizer or scheduler has.
   *
   * @param index what {@code model_index.json} says
   */
  public static List<String> components(Config index) {
    return named(index).filter(ModelFolder::isUsed).toList();
  }

  private static Stream<String> named(Config index) {
    return index.toMap().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof List<?> pair && isComponent(pair))
        .map(Map.Entry::getKey);
  }

  private static boolean isUsed(String component) {
    return USED.matcher(component).matches();
  }

  private static boolean isComponent(List<?> pair) {
    return pair.size() == 2 && pair.stream().allMatch(String.class::isInstance);
  }

  private void requireWhole() throws IOException {
    List<String> missing =
        components().stream().filter(c -> !Files.isDirectory(folder.resolve(c))).toList();
    if (!missing.isEmpty()) throw incomplete(missing);
    for (String component : components()) {
      if (component.startsWith("tokenizer")) continue;
      Path config = file(component, configName(component));
      if (!Files.isRegularFile(config)) {
        throw new IOException(config + " is missing; copy or download the whole model again");
      }
      if (!component.equals("scheduler")) WeightFiles.in(folder.resolve(component));
    }
  }

  private IOException incomplete(List<String> missing) {
    return new IOException(
        folder
            + " is incomplete: "
            + INDEX
            + " names "
            + String.join(", ", components())
            + "; missing "
            + (missing.size() == 1 ? "is " : "are ")
            + String.join(", ", missing)
            + "; copy or download the whole model again");
  }

  private void requireFolder(String component) throws IOException {
    if (Files.isDirectory(folder.resolve(component))) return;
    throw new IOException(
        folder
            + " has no component \""
            + component
            + "\"; it has "
            + String.join(", ", components()));
  }

  static String configName(String component) {
    if (component.equals("scheduler")) return "scheduler_config.json";
    return component.startsWith("tokenizer") ? "tokenizer_config.json" : "config.json";
  }
}
