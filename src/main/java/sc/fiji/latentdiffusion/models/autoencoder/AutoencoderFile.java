/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.autoencoder;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.vae.VaeKeys;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * An autoencoder alone in one file, by its original names or diffusers', below {@code
 * first_stage_model.} or not. Settings may lie beside it, in {@code NAME.json} or {@code
 * NAME/config.json}; else they are guessed: of 4 channels those of Stable Diffusion, of 16 by the
 * file's name those of Stable Diffusion 3 ({@code sd3}) or FLUX.1 ({@code flux}, {@code ae}).
 */
enum AutoencoderFile implements SingleFileLayout {
  LAYOUT;

  private static final String PREFIX = "first_stage_model.";

  private static final Pattern OWN =
      Pattern.compile("(encoder|decoder|(post_)?quant_conv|quantize)\\..+");

  /** The tensors of training, which no picture needs. */
  private static final Pattern UNUSED = Pattern.compile("(loss|model_ema)\\..+");

  private static final String TINY = "decoder.layers.0.weight";
  private static final String INPUT = "decoder.conv_in.weight";
  private static final String CODEBOOK = "quantize.embedding.weight";
  private static final String SCALE = "scaling_factor";

  @Override
  public boolean fits(Set<String> names) {
    boolean hasDecoder = false;
    for (String name : names) {
      String own = withoutPrefix(name);
      if (!OWN.matcher(own).matches() && !UNUSED.matcher(own).matches()) return false;
      hasDecoder |= own.startsWith("decoder.");
    }
    return hasDecoder;
  }

  @Override
  public Optional<String> problem(Set<String> names) {
    return Optional.empty(); // other layouts tell
  }

  private static String withoutPrefix(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  @Override
  public Settings settings(Path file, TensorFile content) throws IOException {
    Optional<JsonObject> beside = beside(file);
    Map<String, StoredTensor> tensors = tensors(content);
    JsonObject settings = beside.isPresent() ? beside.get() : guessed(tensors);
    List<String> notes =
        beside.isPresent() ? List.of() : scale(settings, channels(tensors), name(file));
    return new Settings(
        new JsonObject(), Map.of(AutoencoderFamily.VAE.name(), settings), Set.of(), notes);
  }

  private static Optional<JsonObject> beside(Path file) throws IOException {
    Path folder = SingleFile.beside(file);
    for (Path place :
        List.of(
            folder.resolveSibling(folder.getFileName() + ".json"), folder.resolve("config.json"))) {
      if (Files.isRegularFile(place)) return Optional.of(Json.object(place));
    }
    return Optional.empty();
  }

  private static String name(Path file) {
    return SingleFile.beside(file).getFileName().toString().toLowerCase(Locale.ROOT);
  }

  private static JsonObject guessed(Map<String, StoredTensor> tensors) {
    JsonObject settings = new JsonObject();
    boolean isTiny = tensors.containsKey(TINY);
    String kind = tensors.containsKey(CODEBOOK) ? "VQModel" : Autoencoders.KL;
    settings.addProperty("_class_name", isTiny ? "AutoencoderTiny" : kind);
    return settings;
  }

  private static int channels(Map<String, StoredTensor> tensors) {
    for (String name : List.of(TINY, CODEBOOK, INPUT)) {
      StoredTensor tensor = tensors.get(name);
      if (tensor != null && tensor.shape().length > 1) return (int) tensor.shape()[1];
    }
    return 0;
  }

  /** Adds the scale of latents, and returns a note if it is not known. */
  private static List<String> scale(JsonObject settings, int channels, String name) {
    if (settings.get("_class_name").getAsString().equals("AutoencoderTiny")) return List.of();
    settings.addProperty(GUESSED, true);
    if (channels == 4) return List.of();
    boolean isSd3 = channels == 16 && name.contains("sd3");
    boolean isFlux = channels == 16 && (name.contains("flux") || name.equals("ae"));
    double factor = isSd3 ? 1.5305 : isFlux ? 0.3611 : 1;
    double shift = isSd3 ? 0.0609 : isFlux ? 0.1159 : 0;
    settings.addProperty(SCALE, factor);
    settings.addProperty("shift_factor", shift);
    if (isSd3 || isFlux) return List.of();
    return List.of(
        String.format(
            "The autoencoder %s has no settings: its latents of %d channels are taken to be its"
                + " means, with a scaling_factor of 1 and a shift_factor of 0. If they are not, put"
                + " its config.json beside it as %s.json.",
            name, channels, name));
  }

  @Override
  public Map<String, StoredTensor> tensors(String component, Config config, TensorFile content) {
    return tensors(content);
  }

  private static Map<String, StoredTensor> tensors(TensorFile content) {
    Map<String, StoredTensor> own = new LinkedHashMap<>();
    content
        .tensors()
        .forEach(
            (name, tensor) -> {
              String rest = withoutPrefix(name);
              if (OWN.matcher(rest).matches()) own.put(rest, tensor.named(rest));
            });
    boolean isOriginal =
        own.keySet().stream().anyMatch(name -> name.matches("decoder\\.(mid|up|norm_out)\\..+"));
    return isOriginal ? VaeKeys.toDiffusers(own) : own;
  }
}
