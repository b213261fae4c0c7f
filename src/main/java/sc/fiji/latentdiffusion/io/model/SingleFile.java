package sc.fiji.latentdiffusion.io.model;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.Config;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.SafeTensorsHeader;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.models.stablediffusion.FileKind;
import sc.fiji.latentdiffusion.models.stablediffusion.OpenClipKeys;
import sc.fiji.latentdiffusion.models.stablediffusion.OriginalLayout;
import sc.fiji.latentdiffusion.models.stablediffusion.PredictionType;
import sc.fiji.latentdiffusion.models.stablediffusion.UNetKeys;
import sc.fiji.latentdiffusion.models.stablediffusion.VaeKeys;

/**
 * A whole model in one file with the original names, as checkpoint sites give it ({@code
 * .safetensors}, {@code .ckpt}). Its family is recognised by the tensors it holds, never by its
 * name. It has no settings of its own: they are those of the family, unless a folder of the file's
 * name without the ending, in diffusers' layout, lies beside it; each component's settings and
 * tokenizer that are there hold. Of two copies of the U-Net the one that was trained counts, not
 * its running average ({@code model_ema.}), as in diffusers.
 */
public final class SingleFile implements Model {

  private final Path file;
  private final OriginalLayout layout;
  private final TensorFile content;
  private final JsonObject settings;
  private final PredictionType prediction;

  private SingleFile(Path file, OriginalLayout layout, TensorFile content) throws IOException {
    this.file = file;
    this.layout = layout;
    this.content = content;
    this.settings = layout.settings();
    this.prediction = PredictionType.of(layout, content, file.resolveSibling(stem() + ".yaml"));
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @return the model
   * @throws IOException if the file can't be read, or holds no whole model of a known layout
   */
  public static SingleFile open(Path path) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    return of(file, TensorFile.read(file));
  }

  /**
   * Checks by its header alone that a safetensors file, which need not be on this computer, is a
   * whole model of a known layout.
   *
   * @param file its name, for messages
   * @param header the JSON after the eight bytes of its length
   * @param size of the whole file in bytes
   * @throws IOException if it is not, saying what it is or lacks
   */
  public static void check(Path file, String header, long size) throws IOException {
    int length = header.getBytes(StandardCharsets.UTF_8).length;
    long start = SafeTensors.LENGTH_BYTES + length;
    TensorFile content = new SafeTensorsHeader(file, start, size).parse(header);
    FileKind.of(file, content.tensors().keySet());
  }

  /** The model that a file's content is. */
  public static SingleFile of(Path file, TensorFile content) throws IOException {
    return new SingleFile(file, FileKind.of(file, content.tensors().keySet()), content);
  }

  @Override
  public String name() {
    return ModelSearch.name(file);
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public boolean has(String component) {
    return settings.has(component) && !component.equals("pipeline");
  }

  @Override
  public Config index() {
    return Config.of(settings.getAsJsonObject("pipeline"), "the settings for " + file);
  }

  @Override
  public Config config(String component) throws IOException {
    Path own = beside().resolve(component).resolve(ModelFolder.configName(component));
    if (Files.isRegularFile(own)) return Config.read(own);
    JsonObject json = settings.getAsJsonObject(component).deepCopy();
    prediction.applyTo(component, json);
    return Config.of(json, "the settings for " + file + ", " + component);
  }

  @Override
  public Map<String, StoredTensor> tensors(String component) throws IOException {
    Map<String, StoredTensor> original = below(layout.prefix(component));
    return switch (component) {
      case "unet" -> UNetKeys.toDiffusers(original);
      case "vae" -> VaeKeys.toDiffusers(original);
      default -> layout.isOpenClip(component) ? openClip(component, original) : original;
    };
  }

  private Map<String, StoredTensor> openClip(String component, Map<String, StoredTensor> original)
      throws IOException {
    int layers = config(component).integer("num_hidden_layers");
    return OpenClipKeys.toTransformers(original, layers, component.equals("text_encoder_2"));
  }

  private Map<String, StoredTensor> below(String prefix) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    content
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                tensors.put(rest, tensor.named(rest));
              }
            });
    return tensors;
  }

  @Override
  public Optional<Path> folder(String component) {
    return Optional.of(beside().resolve(component)).filter(Files::isDirectory);
  }

  /** The folder with settings that belongs to the file; need not exist. */
  private Path beside() {
    return file.resolveSibling(stem());
  }

  private String stem() {
    return ModelSearch.stem(name());
  }

  @Override
  public List<Path> weightFiles() {
    return List.of(file);
  }

  @Override
  public List<String> notes() {
    boolean decided =
        Files.isRegularFile(beside().resolve("scheduler").resolve("scheduler_config.json"));
    return decided ? List.of() : prediction.notes(file);
  }

  @Override
  public String toString() {
    return name() + " (" + file + ")";
  }
}
