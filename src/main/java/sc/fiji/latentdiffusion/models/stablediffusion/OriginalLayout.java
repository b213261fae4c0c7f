/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.original.OriginalFile;
import sc.fiji.latentdiffusion.models.original.PublishedSettings;
import sc.fiji.latentdiffusion.models.unet.UNetNames;
import sc.fiji.latentdiffusion.models.vae.VaeKeys;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The layouts of single files with original names, recognised by the text encoders they hold. The
 * settings of each, which no such file has, are those of the model as it was published. Of two
 * copies of the U-Net the trained one is read, not its running average ({@code model_ema.}), as in
 * diffusers.
 */
public enum OriginalLayout implements SingleFileLayout {
  /** Stable Diffusion XL: CLIP ViT-L and OpenCLIP ViT-bigG. */
  SDXL(
      "sdxl.json",
      Map.of(
          StableDiffusionFiles.TEXT_ENCODER.name(), "conditioner.embedders.0.transformer.",
          StableDiffusionFiles.TEXT_ENCODER_2.name(), "conditioner.embedders.1.model.")),
  /** The refiner of Stable Diffusion XL: OpenCLIP ViT-bigG alone. */
  SDXL_REFINER(
      "sdxl_refiner.json",
      Map.of(StableDiffusionFiles.TEXT_ENCODER_2.name(), "conditioner.embedders.0.model.")),
  /** Stable Diffusion 2.x: OpenCLIP ViT-H. */
  SD2("sd2.json", Map.of(StableDiffusionFiles.TEXT_ENCODER.name(), "cond_stage_model.model.")),
  /** Stable Diffusion 1.x: CLIP ViT-L under the names of transformers. */
  SD1(
      "sd1.json",
      Map.of(StableDiffusionFiles.TEXT_ENCODER.name(), "cond_stage_model.transformer."));

  static final String VAE = "first_stage_model.";

  private static final String INDEX = "pipeline";

  private final String resource;
  private final Map<String, String> textEncoders;

  OriginalLayout(String resource, Map<String, String> textEncoders) {
    this.resource = resource;
    this.textEncoders = textEncoders;
  }

  /** Returns the first layout all of whose text encoders a file holds. */
  static Optional<OriginalLayout> byTextEncoders(Set<String> names) {
    return Stream.of(values()).filter(layout -> layout.hasTextEncoders(names)).findFirst();
  }

  private boolean hasTextEncoders(Set<String> names) {
    return textEncoders.values().stream()
        .allMatch(prefix -> names.stream().anyMatch(name -> name.startsWith(prefix)));
  }

  @Override
  public boolean fits(Set<String> names) {
    return hasTextEncoders(names)
        && byTextEncoders(names).orElseThrow() == this
        && problem(names).isEmpty();
  }

  @Override
  public boolean fitsWithout(Set<String> names, Set<Role> elsewhere) {
    Set<String> whole = new HashSet<>(names);
    if (elsewhere.contains(Role.AUTOENCODER)) whole.add(VAE);
    return fits(whole);
  }

  @Override
  public Optional<String> problem(Set<String> names) {
    return FileKind.problem(names);
  }

  @Override
  public Settings settings(Path file, TensorFile content) throws IOException {
    PredictionType prediction = PredictionType.of(this, content, file);
    Map<String, JsonObject> components = new LinkedHashMap<>();
    JsonObject published = published(resource);
    JsonObject index = new JsonObject();
    for (String name : published.keySet()) {
      JsonObject settings = published.getAsJsonObject(name);
      prediction.applyTo(name, settings);
      if (name.equals(INDEX)) index = settings;
      else components.put(name, settings);
    }
    Optional<EDMScalars> edm = EDMScalars.of(content, file);
    SeeingFile.complete(this, content, edm.isPresent(), index, components);
    List<String> notes = new ArrayList<>(leftOver(file, content));
    if (edm.isPresent()) return edm.get().settings(index, components, notes);
    notes.addAll(prediction.notes(file));
    return new Settings(index, components, Set.of(), List.copyOf(notes));
  }

  private List<String> leftOver(Path file, TensorFile content) {
    Set<String> used = new HashSet<>(textEncoders.values());
    used.addAll(List.of(UNetNames.PREFIX, VAE));
    return LeftOver.notes(file, content.tensors().keySet(), used);
  }

  /** Returns whether it is one of Stable Diffusion XL. */
  boolean isXL() {
    return textEncoders.containsKey(StableDiffusionFiles.TEXT_ENCODER_2.name());
  }

  /** Reads the settings of a model as it was published: an object for each component. */
  static JsonObject published(String resource) throws IOException {
    return PublishedSettings.read(OriginalLayout.class, resource).components();
  }

  @Override
  public Map<String, StoredTensor> tensors(String component, Config config, TensorFile content)
      throws IOException {
    if (component.equals(StableDiffusionFiles.UNET.name())) {
      return UNetNames.toDiffusers(new OriginalFile(content).below(UNetNames.PREFIX));
    }
    if (component.equals(StableDiffusionFiles.VAE.name())) {
      return VaeKeys.toDiffusers(new OriginalFile(content).below(VAE));
    }
    String prefix = textEncoders.get(component);
    Map<String, StoredTensor> original = new OriginalFile(content).below(prefix);
    if (!prefix.endsWith(".model.")) return original;
    boolean projected = component.equals(StableDiffusionFiles.TEXT_ENCODER_2.name());
    return OpenClipKeys.toTransformers(original, config.integer("num_hidden_layers"), projected);
  }
}
