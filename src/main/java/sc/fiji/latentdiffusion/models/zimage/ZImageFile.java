/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
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
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.original.OriginalFile;
import sc.fiji.latentdiffusion.models.original.PublishedSettings;
import sc.fiji.latentdiffusion.models.vae.VaeKeys;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A single file of Z-Image with original names. Its settings are those of Z-Image-Turbo: no tensor
 * tells it from Z-Image.
 */
enum ZImageFile implements SingleFileLayout {
  LAYOUT;

  private static final String RESOURCE = "zimage.json";
  private static final String VAE = "vae.";
  private static final String ENCODER = "text_encoders.qwen3_4b.transformer.";
  private static final String WORDS = "cap_embedder.1.bias";
  private static final Pattern OTHERS = Pattern.compile("(vae|text_encoders)\\.");
  private static final int HEAD_WIDTH = 128;

  @Override
  public boolean fits(Set<String> names) {
    return fitsWithout(names, Set.of());
  }

  @Override
  public boolean fitsWithout(Set<String> names, Set<Role> elsewhere) {
    return hasTransformer(names)
        && (elsewhere.contains(Role.AUTOENCODER) || OriginalFile.has(names, VAE))
        && (elsewhere.contains(Role.TEXT_ENCODER) || OriginalFile.has(names, ENCODER));
  }

  private static boolean hasTransformer(Set<String> names) {
    return names.contains(ZImageNames.PREFIX + ZImageNames.MARK)
        || names.contains(ZImageNames.MARK);
  }

  @Override
  public Optional<String> problem(Set<String> names) {
    if (!hasTransformer(names)) return Optional.empty();
    List<String> missing = new ArrayList<>();
    if (!OriginalFile.has(names, ENCODER)) {
      missing.add("text encoder (tensors named " + ENCODER + "…)");
    }
    if (!OriginalFile.has(names, VAE)) missing.add("VAE (tensors named " + VAE + "…)");
    return Optional.of(
        "has the transformer of Z-Image but no "
            + String.join(" and no ", missing)
            + "; name Qwen3 in encoders, a VAE in vae, or give a folder in diffusers' layout");
  }

  @Override
  public Settings settings(Path file, TensorFile content) throws IOException {
    Set<String> names = content.tensors().keySet();
    PublishedSettings published = PublishedSettings.read(ZImageFile.class, RESOURCE);
    Map<String, JsonObject> components = published.of(name -> isHeld(name, names));
    String transformer = ZImage.TRANSFORMER.name();
    long width = OriginalFile.width(transformer(content), WORDS, "The transformer of Z-Image");
    components.get(transformer).addProperty("n_heads", width / HEAD_WIDTH);
    return new Settings(published.index(transformer), components, Set.of(), notes(file));
  }

  private static boolean isHeld(String component, Set<String> names) {
    if (component.equals(ZImage.VAE.name())) return OriginalFile.has(names, VAE);
    boolean reads =
        component.equals(ZImage.TEXT_ENCODER.name()) || component.equals(ZImage.TOKENIZER.name());
    return !reads || OriginalFile.has(names, ENCODER);
  }

  private static List<String> notes(Path file) {
    Path folder = SingleFile.beside(file).resolve(ZImage.SCHEDULER.name());
    String config = ZImage.SCHEDULER.role().configName();
    if (Files.isRegularFile(folder.resolve(config))) return List.of();
    return List.of(
        "Nothing in "
            + file
            + " says whether it is Z-Image or Z-Image-Turbo; its steps are those of Turbo, with"
            + " the shift 3. For another put its "
            + config
            + " into the folder "
            + folder
            + ".");
  }

  @Override
  public Optional<JsonObject> publishedSettings(String component) throws IOException {
    return PublishedSettings.read(ZImageFile.class, RESOURCE).of(component);
  }

  @Override
  public Map<String, StoredTensor> tensors(String component, Config config, TensorFile content)
      throws IOException {
    OriginalFile file = new OriginalFile(content);
    if (component.equals(ZImage.TRANSFORMER.name())) {
      return ZImageNames.toDiffusers(transformer(content));
    }
    if (component.equals(ZImage.VAE.name())) return VaeKeys.toDiffusers(file.below(VAE));
    return component.equals(ZImage.TEXT_ENCODER.name()) ? file.below(ENCODER) : Map.of();
  }

  private static Map<String, StoredTensor> transformer(TensorFile content) {
    return new OriginalFile(content)
        .denoiser(ZImageNames.PREFIX, ZImageNames.MARK, name -> OTHERS.matcher(name).lookingAt());
  }
}
