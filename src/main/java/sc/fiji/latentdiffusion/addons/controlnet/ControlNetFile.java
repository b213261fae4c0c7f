/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.Contents;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.kinds.TensorKind;
import sc.fiji.latentdiffusion.io.model.ModelSearch;
import sc.fiji.latentdiffusion.io.model.WeightFiles;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.unet.UNetNames;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The files of a ControlNet: a folder as diffusers writes it ({@code config.json} and weights), or
 * a single file with diffusers' names or the original ones. The names may begin with {@code
 * control_model.}, and the file may also hold the model that the ControlNet was trained on.
 */
public final class ControlNetFile {

  public static final String CONFIG = "config.json";
  private static final String DIFFUSERS = "controlnet_cond_embedding.conv_in.weight";
  private static final String ORIGINAL = "input_hint_block.0.weight";
  private static final Map<String, String> OTHERS =
      Map.of(
          "lora_controlnet", "a Control-LoRA, which is not supported",
          "difference", "a ControlNet that holds differences to a model, which is not supported",
          "task_embedding", "a ControlNet for several tasks (union), which is not supported");

  private final Path path;
  private final Map<String, StoredTensor> tensors;
  private final Config config;
  private final List<Path> files;

  private ControlNetFile(
      Path path, Map<String, StoredTensor> tensors, Config config, List<Path> files) {
    this.path = path;
    this.tensors = tensors;
    this.config = config;
    this.files = List.copyOf(files);
  }

  /**
   * Opens a ControlNet as a user names it.
   *
   * @param name of a folder or file in the models folder's folder {@code controlnet}, with or
   *     without an ending, or the path of one
   * @param modelsFolder whose folder {@code controlnet} is searched; need not exist
   * @throws IOException if there is none, with the places searched and the names found, or if the
   *     file is of another kind
   */
  public static ControlNetFile find(String name, Path modelsFolder) throws IOException {
    return open(ControlNetAddOn.KIND.find(name, modelsFolder));
  }

  /**
   * Opens a ControlNet if a user's name means one.
   *
   * @param name as of {@link #find}
   * @param modelsFolder whose folder {@code controlnet} is searched; need not exist
   * @return the ControlNet; empty if there is nothing of that name, or it is something else
   * @throws IOException if it is one and not right
   */
  public static Optional<ControlNetFile> ifOne(String name, Path modelsFolder) throws IOException {
    Optional<Path> found =
        name.isBlank() ? Optional.empty() : ControlNetAddOn.KIND.ifPresent(name, modelsFolder);
    if (found.isEmpty() || !isOne(found.get())) return Optional.empty();
    return Optional.of(open(found.get()));
  }

  private static boolean isOne(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(CONFIG))
          && Json.config(path.resolve(CONFIG)).text("_class_name", "").equals("ControlNetModel");
    }
    Map<String, StoredTensor> all = TensorFile.read(path).tensors();
    boolean whole = all.keySet().stream().anyMatch(name -> name.startsWith(UNetNames.PREFIX));
    return !whole && (all.containsKey(DIFFUSERS) || prefix(all).isPresent());
  }

  /**
   * Opens a ControlNet.
   *
   * @param path a folder in diffusers' layout, or a file
   * @throws IOException if it is missing, not right, or no ControlNet
   */
  public static ControlNetFile open(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    return Files.isDirectory(absolute) ? folder(absolute) : file(absolute);
  }

  private static ControlNetFile folder(Path folder) throws IOException {
    Config config = Json.config(folder.resolve(CONFIG));
    String found = config.text("_class_name", "ControlNetModel");
    if (!found.equals("ControlNetModel")) {
      throw new IOException(
          folder + " holds a " + found + "; expected a ControlNetModel: choose another folder");
    }
    WeightFiles weights = WeightFiles.in(folder);
    return new ControlNetFile(folder, weights.tensors(), config, weights.files());
  }

  private static ControlNetFile file(Path file) throws IOException {
    Map<String, StoredTensor> all = TensorFile.read(file).tensors();
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (all.containsKey(other.getKey())) {
        throw new IOException(file + " is " + other.getValue() + "; choose a ControlNet");
      }
    }
    if (all.containsKey(DIFFUSERS)) return new ControlNetFile(file, all, null, List.of(file));
    Optional<String> prefix = prefix(all);
    if (prefix.isEmpty()) throw none(file, all);
    Map<String, StoredTensor> own = ControlNetKeys.toDiffusers(below(prefix.get(), all));
    return new ControlNetFile(file, own, null, List.of(file));
  }

  /** Returns the prefix of the original names; empty for other names. */
  private static Optional<String> prefix(Map<String, StoredTensor> all) {
    return List.of(ControlNetKeys.PREFIX, "").stream()
        .filter(prefix -> all.containsKey(prefix + ORIGINAL))
        .findFirst();
  }

  private static Map<String, StoredTensor> below(String prefix, Map<String, StoredTensor> all) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    all.forEach(
        (name, tensor) -> {
          if (!name.startsWith(prefix)) return;
          String rest = name.substring(prefix.length());
          tensors.put(rest, tensor.named(rest));
        });
    return tensors;
  }

  private static IOException none(Path file, Map<String, StoredTensor> all) {
    Optional<TensorKind> kind = TensorKind.of(all.keySet());
    if (kind.isPresent() && !kind.get().equals(TensorKind.CONTROLNET)) {
      return new IOException(file + " " + kind.get().insteadOf("a ControlNet"));
    }
    return new IOException(
        file
            + " is no ControlNet: expected tensors named "
            + DIFFUSERS
            + " or (control_model.)"
            + ORIGINAL
            + ", found "
            + String.join(", ", all.keySet().stream().limit(3).toList())
            + (all.size() > 3 ? ", …" : "")
            + "; choose another file");
  }

  /** Returns the folder or file, absolute. */
  public Path path() {
    return path;
  }

  /** Returns the folder's or file's name. */
  public String name() {
    return ModelSearch.name(path);
  }

  /** Returns the tensors by diffusers' names, not to be changed. */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** Returns which models it steers, by the width of the conditioning that it takes. */
  public String family() {
    for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
      if (!tensor.getKey().endsWith(".attn2.to_k.weight")) continue;
      long[] shape = tensor.getValue().shape();
      if (shape.length < 2 || shape[1] > Integer.MAX_VALUE) continue; // refused when it is used
      int width = (int) shape[1];
      return "ControlNet for "
          + Families.kind(width).orElse("models with prompts of " + width + " numbers a token");
    }
    return "ControlNet without attention to prompts";
  }

  /** Returns how many numbers its tensors hold. */
  double parameters() {
    return tensors.values().stream().mapToDouble(StoredTensor::elements).sum();
  }

  /**
   * Returns all that it holds.
   *
   * @throws IOException if a file cannot be read
   */
  Contents contents() throws IOException {
    return new Contents("controlnet", name(), path, family(), sha256(), config(), tensors);
  }

  /** Returns its {@code config.json}; a single file has none, and the U-Net's settings hold. */
  public Optional<Config> config() {
    return Optional.ofNullable(config);
  }

  /**
   * Returns the SHA-256 over the contents of its weights, as 64 hexadecimal digits. Reads them
   * once; later calls are answered from memory as long as sizes and times stay.
   *
   * @throws IOException if a file cannot be read
   */
  public String sha256() throws IOException {
    return Checksum.sha256(files);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
