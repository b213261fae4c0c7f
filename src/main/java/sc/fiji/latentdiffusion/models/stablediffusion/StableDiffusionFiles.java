/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.clip.CLIPFiles;
import sc.fiji.latentdiffusion.models.unet.UNetNames;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedules;
import sc.fiji.latentdiffusion.settings.Config;

/** The components that the families of Stable Diffusion share, and the declaration of a model. */
final class StableDiffusionFiles {

  static final Component TOKENIZER = new Component("tokenizer", Role.TOKENIZER);
  static final Component TOKENIZER_2 = new Component("tokenizer_2", Role.TOKENIZER);
  static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  static final Component LOW_RES_SCHEDULER = new Component("low_res_scheduler", Role.SCHEDULER);
  static final Component TEXT_ENCODER = new Component("text_encoder", Role.TEXT_ENCODER);
  static final Component TEXT_ENCODER_2 = new Component("text_encoder_2", Role.TEXT_ENCODER);
  static final Component UNET = new Component("unet", Role.DENOISER);
  static final Component VAE = new Component("vae", Role.AUTOENCODER);

  /** Components that many models name and that make no difference to pictures here. */
  static final Set<String> IGNORED =
      Set.of(
          "safety_checker", "feature_extractor", "image_encoder", "watermarker", "depth_estimator");

  /** Components of models of other kinds that have a U-Net, too. */
  static final List<String> FOREIGN = List.of("prior");

  /** The longer before the shorter. */
  private static final Map<String, String> LORA_PREFIXES = new LinkedHashMap<>();

  static {
    LORA_PREFIXES.put("lora_unet_", UNET.name());
    LORA_PREFIXES.put("unet_", UNET.name());
    LORA_PREFIXES.put("diffusion_model_", UNET.name());
    LORA_PREFIXES.put("model_diffusion_model_", UNET.name());
    LORA_PREFIXES.put("text_encoders_clip_g_transformer_", TEXT_ENCODER_2.name());
    LORA_PREFIXES.put("text_encoders_clip_l_transformer_", TEXT_ENCODER.name());
    LORA_PREFIXES.put("clip_g_", TEXT_ENCODER_2.name());
    LORA_PREFIXES.put("clip_l_", TEXT_ENCODER.name());
    LORA_PREFIXES.put("lora_te2_", TEXT_ENCODER_2.name());
    LORA_PREFIXES.put("text_encoder_2_", TEXT_ENCODER_2.name());
    LORA_PREFIXES.put("lora_te1_", TEXT_ENCODER.name());
    LORA_PREFIXES.put("lora_te_", TEXT_ENCODER.name());
    LORA_PREFIXES.put("text_encoder_", TEXT_ENCODER.name());
  }

  private StableDiffusionFiles() {}

  /**
   * Declares a model.
   *
   * @param label of its family
   * @param components that its family may have
   * @param usualScale scaling factor of its family's autoencoders
   * @param tinyDecoder name of its family's small decoder
   */
  static Declaration declare(
      Model model, String label, List<Component> components, double usualScale, String tinyDecoder)
      throws IOException {
    LatentSpace latents =
        Autoencoders.latents(model, VAE.name(), usualScale, Optional.of(tinyDecoder));
    List<Integer> sampleSize = model.config(UNET.name()).integers("sample_size");
    Optional<Sight> sight = SeenImage.of(model, latents.channels());
    boolean seesPicture = sight.filter(one -> !one.isOptional()).isPresent();
    return new Declaration(
        label,
        components.stream().filter(component -> model.has(component.name())).toList(),
        latents,
        size(model.index(), Declaration.Size.of(sampleSize, latents.factor())),
        conditioningWidth(model.tensors(UNET.name())),
        seesPicture ? 0 : keptChannels(model.tensors(UNET.name())),
        Autoencoders.work(model, VAE.name()),
        new Declaration.LoraNames(
            Collections.unmodifiableMap(LORA_PREFIXES), UNetNames::toOriginal),
        sight);
  }

  /**
   * Reads the noise schedule from the scheduler's settings.
   *
   * @param alignedSigmas of the family
   */
  static NoiseSchedule noiseSchedule(Model model, List<Double> alignedSigmas) throws IOException {
    return NoiseSchedules.of(model.config(SCHEDULER.name()), alignedSigmas);
  }

  /** Returns the size that a pipeline works at, if it has one of its own. */
  private static Declaration.Size size(Config index, Declaration.Size trained) {
    int longer = Math.max(trained.width(), trained.height());
    int side = index.integer("default_processing_resolution", longer);
    return side == longer ? trained : new Declaration.Size(side, side);
  }

  /** Returns how a model takes the scale of guidance. */
  static GuidanceForm guidance(Model model) throws IOException {
    boolean isInput = model.config(UNET.name()).has("time_cond_proj_dim");
    return isInput ? GuidanceForm.INPUT : GuidanceForm.JOINED;
  }

  /** Returns the first text encoder with its tokenizer. */
  static CLIPFiles first(Model model) {
    return new CLIPFiles(model, TEXT_ENCODER.name(), TOKENIZER.name(), 0);
  }

  /** Returns the second text encoder with its tokenizer. */
  static CLIPFiles second(Model model) {
    return new CLIPFiles(model, TEXT_ENCODER_2.name(), TOKENIZER_2.name(), 1);
  }

  /** What enters the last resnet is as wide as what leaves the first convolution. */
  private static int keptChannels(Map<String, StoredTensor> unet) {
    StoredTensor first = unet.get("conv_in.weight");
    return first == null ? 0 : (int) first.shape()[0];
  }

  /** All attentions to the prompt have one width; 0 where there is none. */
  private static int conditioningWidth(Map<String, StoredTensor> unet) {
    return unet.values().stream()
        .filter(tensor -> tensor.name().endsWith("attn2.to_k.weight") && tensor.shape().length > 1)
        .mapToInt(tensor -> (int) tensor.shape()[1])
        .findFirst()
        .orElse(0);
  }
}
