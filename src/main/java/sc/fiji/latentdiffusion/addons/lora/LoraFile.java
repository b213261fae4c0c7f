/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.kinds.TensorKind;
import sc.fiji.latentdiffusion.io.model.ModelSearch;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The file of a LoRA: its tensors by the names of the file, its header and the settings beside it.
 */
public final class LoraFile {

  /** The file name of peft. */
  public static final String ADAPTER = "adapter_model.safetensors";

  /** Vectors of words that OneTrainer and AUTOMATIC1111's web UI keep in the file of a LoRA. */
  private static final Pattern BUNDLED =
      Pattern.compile("bundle_emb\\.(.+)\\.(string_to_param\\.\\*|emb_params|clip_l|clip_g)");

  private static final String CONFIG = "adapter_config.json";
  private static final String CAPTIONS = "captions";
  private static final String PICKLES = ".*\\.(pt|pth|bin|ckpt)";

  private final Path path;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, List<StoredTensor>> bundled;

  private LoraFile(Path path, Map<String, StoredTensor> all) {
    this.path = path;
    Map<String, StoredTensor> layers = new LinkedHashMap<>();
    Map<String, TreeMap<String, StoredTensor>> words = new LinkedHashMap<>();
    all.forEach(
        (name, tensor) -> {
          Matcher word = BUNDLED.matcher(name);
          if (!word.matches()) layers.put(name, tensor);
          else {
            words
                .computeIfAbsent(word.group(1), key -> new TreeMap<>(Comparator.reverseOrder()))
                .put(word.group(2), tensor);
          }
        });
    tensors = Collections.unmodifiableMap(layers);
    bundled = new LinkedHashMap<>();
    words.forEach((word, vectors) -> bundled.put(word, List.copyOf(vectors.values())));
  }

  /**
   * Finds and opens a LoRA.
   *
   * @param name of a file in the folder {@code lora} of the models folder, with or without {@code
   *     .safetensors}, or its path; or of a folder that holds {@code
   *     pytorch_lora_weights.safetensors} or {@code adapter_model.safetensors}
   * @param modelsFolder need not exist
   * @throws IOException if there is none, naming the places that were searched and their contents,
   *     or if the file is not valid
   */
  public static LoraFile find(String name, Path modelsFolder) throws IOException {
    Path found = LoraAddOn.KIND.find(name, modelsFolder);
    return open(
        Files.isDirectory(found) ? LoraAddOn.KIND.onlyFile(found) : requireSafeTensors(found));
  }

  private static Path requireSafeTensors(Path file) throws IOException {
    if (!ModelSearch.name(file).toLowerCase(Locale.ROOT).matches(PICKLES)) return file;
    throw new IOException(
        file
            + " is one of PyTorch's own files, which are not read as LoRAs: get its safetensors"
            + " file, or convert it");
  }

  /**
   * Opens a file.
   *
   * @param file a safetensors file
   * @throws IOException if it is missing, is not valid or holds no tensor
   */
  public static LoraFile open(Path file) throws IOException {
    Path path = file.toAbsolutePath().normalize();
    Map<String, StoredTensor> tensors = SafeTensors.read(path);
    if (tensors.isEmpty()) {
      throw new IOException(path + " holds no tensor; copy or download the LoRA again");
    }
    Optional<TensorKind> kind = TensorKind.of(tensors.keySet());
    if (kind.isPresent() && !kind.get().equals(TensorKind.LORA)) {
      throw new IOException(path + " " + kind.get().insteadOf("a LoRA"));
    }
    return new LoraFile(path, tensors);
  }

  /** Returns the file, absolute. */
  public Path path() {
    return path;
  }

  /** Returns the file's name; of one in a folder of its own, {@code folder/file}. */
  public String name() {
    return LoraAddOn.KIND.nameOf(path);
  }

  /** Returns the tensors by name, not to be changed. */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * Returns the vectors of words that the file holds beside the LoRA.
   *
   * @return by the word, those of one text encoder, or of the first and the second
   */
  public Map<String, List<StoredTensor>> bundled() {
    return Collections.unmodifiableMap(bundled);
  }

  /**
   * Reads a tensor of one number, for example alpha.
   *
   * @throws IOException if it holds several
   */
  public double number(String tensor) throws IOException {
    return tensors.get(tensor).number();
  }

  /**
   * Returns the texts of the file's header, for example of the training.
   *
   * @throws IOException if the file can no longer be read
   */
  public Map<String, String> metadata() throws IOException {
    return SafeTensors.metadata(path);
  }

  /**
   * Returns the captions of the pictures that it was trained with, a JSON list in its header.
   *
   * @return the captions; empty if the file does not list them
   * @throws IOException if the file can no longer be read
   */
  public Optional<List<String>> captions() throws IOException {
    String listed = metadata().get(CAPTIONS);
    if (listed == null) return Optional.empty();
    List<String> captions = new ArrayList<>();
    try (JsonReader json = new JsonReader(new StringReader(listed))) {
      for (json.beginArray(); json.hasNext(); ) captions.add(json.nextString());
      return Optional.of(captions);
    } catch (IOException | IllegalStateException e) {
      return Optional.empty(); // another program's key of this name
    }
  }

  /**
   * Returns peft's {@code adapter_config.json} beside the file, if there is one.
   *
   * @throws IOException if it is not a JSON object
   */
  public Optional<Config> adapterConfig() throws IOException {
    Path config = path.resolveSibling(CONFIG);
    boolean own = ModelSearch.name(path).equals(ADAPTER) && Files.isRegularFile(config);
    return own ? Optional.of(Json.config(config)) : Optional.empty();
  }

  /**
   * Returns the SHA-256 of the file as 64 hexadecimal digits. The file is read once as long as its
   * size and time stay.
   *
   * @throws IOException if it cannot be read
   */
  public String sha256() throws IOException {
    return Checksum.sha256(List.of(path));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
