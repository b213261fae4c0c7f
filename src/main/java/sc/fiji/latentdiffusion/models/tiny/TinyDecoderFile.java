/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.tiny;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.kinds.TensorKind;
import sc.fiji.latentdiffusion.io.model.WeightFiles;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The files of a small decoder of latents (TAESD): a folder as diffusers writes it ({@code
 * AutoencoderTiny}), or a single file with diffusers' names or the original ones.
 *
 * @param path the folder or file
 * @param tensors the decoder's, by diffusers' names: {@code layers.0.weight}
 */
public record TinyDecoderFile(Path path, Map<String, StoredTensor> tensors) {

  /** The folder in the models folder where they may lie. */
  public static final String FOLDER = "vae_approx";

  private static final String PREFIX = "decoder.";
  private static final List<String> ENDINGS = List.of(".safetensors", ".pth", ".pt", ".bin");

  /** The original names are those of a sequence whose first member has no tensor. */
  private static final Pattern ORIGINAL = Pattern.compile("(\\d{1,3})\\.(.+)");

  /**
   * Finds the decoder of a family of models.
   *
   * @param name as the family gives it
   * @param modelsFolder in which, or in whose folder {@link #FOLDER}, it is looked for; need not
   *     exist
   * @throws IOException if none is found, saying which file to put where, or it is not right
   */
  public static TinyDecoderFile find(String name, Path modelsFolder) throws IOException {
    for (Path home : List.of(modelsFolder, modelsFolder.resolve(FOLDER))) {
      for (Path place : places(name, home)) {
        if (Files.isRegularFile(place)) return file(place);
        if (Files.isRegularFile(place.resolve("config.json"))) return folder(place);
      }
    }
    throw new IOException(
        "preview=tiny needs a small decoder for this model: expected a folder "
            + name
            + " (diffusers' AutoencoderTiny) or a file "
            + name
            + "_decoder.safetensors in "
            + modelsFolder
            + ", found neither; put one there, or choose preview=linear or preview=decoded");
  }

  private static List<Path> places(String name, Path home) {
    List<Path> places = new ArrayList<>(List.of(home.resolve(name)));
    for (Path folder : List.of(home, home.resolve(name))) {
      for (String stem : List.of(name + "_decoder", name)) {
        ENDINGS.forEach(ending -> places.add(folder.resolve(stem + ending)));
      }
    }
    return places;
  }

  private static TinyDecoderFile folder(Path folder) throws IOException {
    Config config = Json.config(folder.resolve("config.json"));
    String found = config.text("_class_name", "AutoencoderTiny");
    boolean plain = AutoencoderTiny.isPlain(config);
    if (!found.equals("AutoencoderTiny") || !plain) {
      throw new IOException(
          folder
              + " holds "
              + (plain ? "a " + found : "an AutoencoderTiny of other settings")
              + "; expected an AutoencoderTiny with ReLU, upsampled by 2 to the nearest, and a"
              + " scaling factor of 1. Take TAESD's.");
    }
    return of(folder, WeightFiles.in(folder).tensors());
  }

  private static TinyDecoderFile file(Path file) throws IOException {
    return of(file, TensorFile.read(file).tensors());
  }

  private static TinyDecoderFile of(Path path, Map<String, StoredTensor> all) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (StoredTensor tensor : all.values()) {
      Matcher original = ORIGINAL.matcher(tensor.name());
      boolean isNumbered = Character.isDigit((tensor.name() + " ").charAt(0));
      String name = isNumbered ? tensor.name() : null; // also one that is no layer's: it is refused
      if (tensor.name().startsWith(PREFIX)) name = tensor.name().substring(PREFIX.length());
      if (original.matches()) {
        name = "layers." + (Integer.parseInt(original.group(1)) - 1) + "." + original.group(2);
      }
      if (name != null) tensors.put(name, tensor.named(name));
    }
    if (tensors.containsKey("layers.0.weight")) return new TinyDecoderFile(path, tensors);
    Optional<TensorKind> kind = TensorKind.of(all.keySet());
    if (kind.isPresent()) {
      throw new IOException(path + " " + kind.get().insteadOf("a small decoder (TAESD's)"));
    }
    throw new IOException(
        path
            + " is no small decoder: expected tensors named decoder.layers.0.weight or 1.weight,"
            + " found "
            + String.join(", ", all.keySet().stream().limit(3).toList())
            + "; take TAESD's decoder");
  }
}
