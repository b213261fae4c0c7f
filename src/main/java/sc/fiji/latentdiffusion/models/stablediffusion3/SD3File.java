/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.original.OriginalFile;
import sc.fiji.latentdiffusion.models.original.PublishedSettings;
import sc.fiji.latentdiffusion.models.vae.VaeKeys;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A single file of Stable Diffusion 3 or 3.5 with original names. Its settings are those of the
 * models as they were published; the number of heads follows from the width, as 64 numbers are a
 * head in all of them.
 */
enum SD3File implements SingleFileLayout {
  LAYOUT;

  private static final String RESOURCE = "sd3.json";
  private static final String VAE = "first_stage_model.";
  private static final Pattern OTHERS = Pattern.compile("(first_stage_model|text_encoders)\\.");
  private static final String INPUT = "x_embedder.proj.bias";
  private static final String HEAD_WIDTH = "attention_head_dim";

  /** The places of the text encoders; their names are those of transformers. */
  private static final Map<Component, String> TEXT_ENCODERS =
      Map.of(
          StableDiffusion3Files.TEXT_ENCODER, "text_encoders.clip_l.transformer.",
          StableDiffusion3Files.TEXT_ENCODER_2, "text_encoders.clip_g.transformer.",
          StableDiffusion3Files.TEXT_ENCODER_3, "text_encoders.t5xxl.transformer.");

  @Override
  public boolean fits(Set<String> names) {
    return fitsWithout(names, Set.of());
  }

  @Override
  public boolean fitsWithout(Set<String> names, Set<Role> elsewhere) {
    return hasTransformer(names)
        && (elsewhere.contains(Role.AUTOENCODER) || OriginalFile.has(names, VAE))
        && (elsewhere.contains(Role.TEXT_ENCODER) || hasEncoders(names));
  }

  private static boolean hasEncoders(Set<String> names) {
    return Stream.of(StableDiffusion3Files.TEXT_ENCODER, StableDiffusion3Files.TEXT_ENCODER_2)
        .allMatch(clip -> OriginalFile.has(names, TEXT_ENCODERS.get(clip)));
  }

  private static boolean hasTransformer(Set<String> names) {
    return OriginalFile.has(names, SD3Names.PREFIX + SD3Names.BLOCKS)
        || OriginalFile.has(names, SD3Names.BLOCKS);
  }

  @Override
  public Optional<String> problem(Set<String> names) {
    if (!hasTransformer(names)) return Optional.empty();
    List<String> missing = new ArrayList<>();
    List<String> named = new ArrayList<>();
    if (!hasEncoders(names)) {
      missing.add(
          "text encoders (tensors named text_encoders.clip_l.… and text_encoders.clip_g.…)");
      named.add("those of CLIP-L and CLIP-G, and T5's if you like, in encoders");
    }
    if (!OriginalFile.has(names, VAE)) {
      missing.add("VAE (tensors named " + VAE + "…)");
      named.add("a VAE in vae");
    }
    return Optional.of(
        "has the transformer of Stable Diffusion 3 but no "
            + String.join(" and no ", missing)
            + "; name "
            + String.join(", and ", named)
            + ", or give a folder in diffusers' layout");
  }

  @Override
  public Settings settings(Path file, TensorFile content) throws IOException {
    Set<String> names = content.tensors().keySet();
    PublishedSettings published = PublishedSettings.read(SD3File.class, RESOURCE);
    Map<String, JsonObject> components = published.of(name -> holds(names, name));
    JsonObject transformer = components.get(StableDiffusion3Files.TRANSFORMER.name());
    long width =
        OriginalFile.width(transformer(content), INPUT, "The transformer of Stable Diffusion 3");
    transformer.addProperty("num_attention_heads", width / transformer.get(HEAD_WIDTH).getAsInt());
    return new Settings(
        published.index(StableDiffusion3Files.TRANSFORMER.name()), components, Set.of(), List.of());
  }

  /** T5 and the VAE may be missing; a tokenizer goes with its text encoder. */
  private static boolean holds(Set<String> names, String component) {
    if (component.equals(StableDiffusion3Files.VAE.name())) return OriginalFile.has(names, VAE);
    for (Map.Entry<Component, String> encoder : TEXT_ENCODERS.entrySet()) {
      String own = encoder.getKey().name();
      boolean isIts =
          component.equals(own) || component.equals(own.replace("text_encoder", "tokenizer"));
      if (isIts) return OriginalFile.has(names, encoder.getValue());
    }
    return true;
  }

  @Override
  public Optional<JsonObject> publishedSettings(String component) throws IOException {
    return PublishedSettings.read(SD3File.class, RESOURCE).of(component);
  }

  @Override
  public Map<String, StoredTensor> tensors(String component, Config config, TensorFile content)
      throws IOException {
    if (component.equals(StableDiffusion3Files.TRANSFORMER.name())) {
      return SD3Names.toDiffusers(transformer(content));
    }
    if (component.equals(StableDiffusion3Files.VAE.name())) {
      return VaeKeys.toDiffusers(new OriginalFile(content).below(VAE));
    }
    for (Map.Entry<Component, String> encoder : TEXT_ENCODERS.entrySet()) {
      if (encoder.getKey().name().equals(component))
        return new OriginalFile(content).below(encoder.getValue());
    }
    return Map.of();
  }

  private static Map<String, StoredTensor> transformer(TensorFile content) {
    return new OriginalFile(content)
        .denoiser(SD3Names.PREFIX, SD3Names.BLOCKS, name -> OTHERS.matcher(name).lookingAt());
  }
}
