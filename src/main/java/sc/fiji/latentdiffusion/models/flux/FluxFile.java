/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.original.OriginalFile;
import sc.fiji.latentdiffusion.models.original.PublishedSettings;
import sc.fiji.latentdiffusion.models.vae.VaeKeys;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A single file of FLUX.1 with original names, and with its text encoders. Its settings are those
 * of dev if the transformer embeds the scale of guidance, else those of schnell.
 */
enum FluxFile implements SingleFileLayout {
  LAYOUT;

  private static final String RESOURCE = "flux.json";
  private static final List<String> VAES = List.of("vae.", "first_stage_model.");
  private static final String GUIDANCE = "guidance_in.";
  private static final String INPUT = "img_in.bias";
  private static final int HEAD_WIDTH = 128;
  private static final Pattern OTHERS = Pattern.compile("(vae|first_stage_model|text_encoders)\\.");

  /** The places of the text encoders; their names are those of transformers. */
  private static final Map<String, String> ENCODERS =
      Map.of(
          Flux.CLIP.name(), "text_encoders.clip_l.transformer.",
          Flux.T5.name(), "text_encoders.t5xxl.transformer.");

  @Override
  public boolean fits(Set<String> names) {
    return fitsWithout(names, Set.of());
  }

  @Override
  public boolean fitsWithout(Set<String> names, Set<Role> elsewhere) {
    return hasTransformer(names)
        && (elsewhere.contains(Role.AUTOENCODER) || hasAutoencoder(names))
        && (elsewhere.contains(Role.TEXT_ENCODER) || missingEncoders(names).isEmpty());
  }

  private static boolean hasTransformer(Set<String> names) {
    return OriginalFile.has(names, FluxNames.PREFIX + FluxNames.BLOCKS)
        || OriginalFile.has(names, FluxNames.BLOCKS);
  }

  private static boolean hasAutoencoder(Set<String> names) {
    return VAES.stream().anyMatch(prefix -> OriginalFile.has(names, prefix));
  }

  private static List<String> missingEncoders(Set<String> names) {
    return ENCODERS.values().stream()
        .filter(prefix -> !OriginalFile.has(names, prefix))
        .sorted()
        .toList();
  }

  @Override
  public Optional<String> problem(Set<String> names) {
    if (!hasTransformer(names)) return Optional.empty();
    List<String> missing = new ArrayList<>();
    for (String prefix : missingEncoders(names)) {
      missing.add("text encoder (tensors named " + prefix + "…)");
    }
    if (!hasAutoencoder(names)) missing.add("VAE (tensors named " + VAES.get(0) + "…)");
    return Optional.of(
        "has the transformer of FLUX.1 but no "
            + String.join(" and no ", missing)
            + "; name CLIP-L and T5 in encoders, a VAE in vae, or give a folder in diffusers'"
            + " layout");
  }

  @Override
  public Settings settings(Path file, TensorFile content) throws IOException {
    Map<String, StoredTensor> original = transformer(content);
    boolean isDev = OriginalFile.has(original.keySet(), GUIDANCE);
    Set<String> names = content.tensors().keySet();
    PublishedSettings published = PublishedSettings.read(FluxFile.class, RESOURCE);
    Map<String, JsonObject> components = published.of(name -> isHeld(name, names));
    String scheduler = Flux.SCHEDULER.name();
    String kind = isDev ? "dev" : "schnell";
    components.put(scheduler, published.of(scheduler).orElseThrow().getAsJsonObject(kind));
    JsonObject transformer = components.get(Flux.TRANSFORMER.name());
    transformer.addProperty(
        "num_attention_heads",
        OriginalFile.width(original, INPUT, "The transformer of FLUX.1") / HEAD_WIDTH);
    transformer.addProperty("guidance_embeds", isDev);
    return new Settings(published.index(Flux.TRANSFORMER.name()), components, Set.of(), List.of());
  }

  private static boolean isHeld(String component, Set<String> names) {
    if (component.equals(Flux.VAE.name())) return hasAutoencoder(names);
    String place = ENCODERS.get(component);
    return place == null || OriginalFile.has(names, place);
  }

  @Override
  public Optional<JsonObject> publishedSettings(String component) throws IOException {
    return PublishedSettings.read(FluxFile.class, RESOURCE).of(component);
  }

  @Override
  public Map<String, StoredTensor> tensors(String component, Config config, TensorFile content)
      throws IOException {
    OriginalFile file = new OriginalFile(content);
    if (component.equals(Flux.TRANSFORMER.name())) {
      return FluxNames.toDiffusers(transformer(content));
    }
    if (component.equals(Flux.VAE.name())) {
      String prefix = OriginalFile.has(file.names(), VAES.get(0)) ? VAES.get(0) : VAES.get(1);
      return VaeKeys.toDiffusers(file.below(prefix));
    }
    String place = ENCODERS.get(component);
    return place == null ? Map.of() : file.below(place);
  }

  private static Map<String, StoredTensor> transformer(TensorFile content) {
    return new OriginalFile(content)
        .denoiser(FluxNames.PREFIX, FluxNames.BLOCKS, name -> OTHERS.matcher(name).lookingAt());
  }
}
