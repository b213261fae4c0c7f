/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.WeightFormat;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The weight files of one component, a folder such as {@code unet}: of several sets the one that
 * {@link WeightNames} prefers, which is one file, or shards with an index.
 */
public final class WeightFiles {

  private final Path folder;
  private final Path index;
  private final Map<String, Path> shardOf;
  private final List<Path> files;

  private WeightFiles(Path folder, Path index, Map<String, Path> shardOf, List<Path> files) {
    this.folder = folder;
    this.index = index;
    this.shardOf = shardOf;
    this.files = files;
  }

  /**
   * Finds the files and checks that all are there, reading none but the index.
   *
   * @throws IOException if there are none, or some are missing; the message names them
   */
  public static WeightFiles in(Path folder) throws IOException {
    List<String> names = ModelSearch.names(folder);
    Optional<String> preferred = WeightNames.preferred(names, "");
    if (preferred.isPresent()) return of(folder, preferred.get());
    throw none(folder, names);
  }

  /** Returns whether the folder holds anything that looks like weights, whole or not. */
  static boolean anyIn(Path folder) throws IOException {
    return Files.isDirectory(folder) && ModelSearch.names(folder).stream().anyMatch(isWeights());
  }

  /** Returns the files in the order of their names. */
  public List<Path> files() {
    return files;
  }

  /** Reads the headers of all files: the tensors by name. */
  public Map<String, StoredTensor> tensors() throws IOException {
    if (index == null) return TensorFile.read(files.get(0)).tensors();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Path file : files) {
      for (StoredTensor tensor : TensorFile.read(file).tensors().values()) {
        StoredTensor other = tensors.put(tensor.name(), tensor);
        if (other != null) throw twice(other, tensor);
      }
    }
    for (Map.Entry<String, Path> entry : shardOf.entrySet()) {
      requireIn(entry.getValue(), entry.getKey(), tensors);
    }
    return Collections.unmodifiableMap(tensors);
  }

  private static WeightFiles of(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (!name.endsWith(".json")) return new WeightFiles(folder, null, Map.of(), List.of(file));
    Map<String, Path> shardOf = shards(folder, file);
    List<Path> files = List.copyOf(new TreeSet<>(shardOf.values()));
    List<String> missing =
        files.stream().filter(f -> !Files.isRegularFile(f)).map(ModelSearch::name).toList();
    if (missing.isEmpty()) return new WeightFiles(folder, file, shardOf, files);
    throw new IOException(
        folder
            + " is incomplete: "
            + name
            + " names "
            + files.size()
            + " files, missing "
            + (missing.size() == 1 ? "is " : "are ")
            + String.join(", ", missing)
            + "; copy or download the model again");
  }

  private static Map<String, Path> shards(Path folder, Path index) throws IOException {
    Config json = Json.config(index);
    if (!json.isObject("weight_map")) {
      throw new IOException(
          index + ": expected the key \"weight_map\" with an object {…}; copy the file again");
    }
    Map<String, Path> shards = new TreeMap<>();
    for (Map.Entry<String, Object> entry : json.object("weight_map").toMap().entrySet()) {
      if (!(entry.getValue() instanceof String name) || !WeightNames.isShard(name)) {
        throw new IOException(
            index
                + ", tensor \""
                + entry.getKey()
                + "\": expected the name of a file of weights in the same folder, found "
                + entry.getValue()
                + "; copy the file again");
      }
      shards.put(entry.getKey(), folder.resolve(name));
    }
    if (!shards.isEmpty()) return shards;
    throw new IOException(index + " lists no tensor; copy the file again");
  }

  private void requireIn(Path shard, String name, Map<String, StoredTensor> tensors)
      throws IOException {
    StoredTensor tensor = tensors.get(name);
    if (tensor != null && tensor.file().equals(shard)) return;
    throw new IOException(
        index
            + " has tensor \""
            + name
            + "\" in "
            + ModelSearch.name(shard)
            + ", but it is "
            + (tensor == null ? "not there" : "in " + ModelSearch.name(tensor.file()))
            + "; the files do not belong together: copy or download all of "
            + folder
            + " again");
  }

  private static IOException twice(StoredTensor first, StoredTensor second) {
    return new IOException(
        "tensor \""
            + first.name()
            + "\" is in two files, "
            + first.file()
            + " and "
            + second.file()
            + "; expected it once: copy or download the model again");
  }

  private static IOException none(Path folder, List<String> names) {
    String found = names.isEmpty() ? "nothing" : String.join(", ", names);
    String advice = "copy or download the model again";
    if (names.stream().anyMatch(name -> name.matches(".*-\\d+-of-\\d+\\.safetensors"))) {
      advice = "the shards' index file (….safetensors.index.json) is missing: " + advice;
    }
    return new IOException(
        folder
            + " has no weights: expected diffusion_pytorch_model.safetensors or model.safetensors"
            + " (or .bin), found "
            + found
            + "; "
            + advice);
  }

  private static Predicate<String> isWeights() {
    return name ->
        name.matches(".*" + WeightFormat.pattern(WeightFormat.all()))
            || name.matches(".*\\.(msgpack|onnx|index\\.json)");
  }
}
