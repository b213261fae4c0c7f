/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.EncoderPlace;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.clip.CLIPFiles;
import sc.fiji.latentdiffusion.models.t5.T5Files;
import sc.fiji.latentdiffusion.settings.Config;

/** The components of Stable Diffusion 3, and the declaration of a model. */
final class StableDiffusion3Files {

  static final Component TOKENIZER = new Component("tokenizer", Role.TOKENIZER);
  static final Component TOKENIZER_2 = new Component("tokenizer_2", Role.TOKENIZER);
  static final Component TOKENIZER_3 = new Component("tokenizer_3", Role.TOKENIZER);
  static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  static final Component TEXT_ENCODER = new Component("text_encoder", Role.TEXT_ENCODER);
  static final Component TEXT_ENCODER_2 = new Component("text_encoder_2", Role.TEXT_ENCODER);
  static final Component TEXT_ENCODER_3 = new Component("text_encoder_3", Role.TEXT_ENCODER);
  static final Component TRANSFORMER = new Component("transformer", Role.DENOISER);
  static final Component VAE = new Component("vae", Role.AUTOENCODER);

  static final List<Component> COMPONENTS =
      List.of(
          TOKENIZER,
          TOKENIZER_2,
          TOKENIZER_3,
          SCHEDULER,
          TEXT_ENCODER,
          TEXT_ENCODER_2,
          TEXT_ENCODER_3,
          TRANSFORMER,
          VAE);

  /** The text encoders that may come from files of their own. */
  static final List<EncoderPlace> ENCODERS =
      List.of(
          new EncoderPlace(TEXT_ENCODER, TOKENIZER, EncoderPlace.Kind.CLIP, "CLIP ViT-L", true),
          new EncoderPlace(
              TEXT_ENCODER_2, TOKENIZER_2, EncoderPlace.Kind.CLIP, "OpenCLIP ViT-bigG", true),
          new EncoderPlace(TEXT_ENCODER_3, TOKENIZER_3, EncoderPlace.Kind.T5, "T5-XXL", false));

  /** Components that some models name and that make no difference to pictures here. */
  static final Set<String> IGNORED = Set.of("image_encoder", "feature_extractor");

  static final String TINY_DECODER = "taesd3";

  /** Scaling factor of the family's autoencoders. */
  static final double USUAL_SCALE = 1.5305;

  /** Tokens of T5, as diffusers' pipelines have them. */
  static final int T5_LENGTH = 256;

  private static final String PLACES = "pos_embed.pos_embed";
  private static final String STATES = "context_embedder.weight";

  private StableDiffusion3Files() {}

  /** Declares a model. */
  static Declaration declare(Model model, String label) throws IOException {
    Config config = model.config(TRANSFORMER.name());
    int patch = config.integer("patch_size", 2, 1, 64);
    LatentSpace latents =
        Autoencoders.latents(model, VAE.name(), USUAL_SCALE, Optional.of(TINY_DECODER))
            .inMultiplesOf(patch)
            .upTo(patch * side(model));
    Declaration.Size size =
        Declaration.Size.of(List.of(config.integer("sample_size", 128)), latents.factor());
    return new Declaration(
        label,
        COMPONENTS.stream().filter(component -> model.has(component.name())).toList(),
        latents,
        size,
        statesWidth(model),
        0,
        Autoencoders.work(model, VAE.name()),
        loraNames(),
        Optional.empty());
  }

  /** Returns the side of the table of places, in patches; 0 if the model has none. */
  private static int side(Model model) throws IOException {
    StoredTensor places = model.tensors(TRANSFORMER.name()).get(PLACES);
    if (places == null || places.shape().length < 2) return 0;
    return (int) Math.round(Math.sqrt(places.shape()[1]));
  }

  private static int statesWidth(Model model) throws IOException {
    StoredTensor states = model.tensors(TRANSFORMER.name()).get(STATES);
    return states == null || states.shape().length < 2 ? 0 : (int) states.shape()[1];
  }

  private static Declaration.LoraNames loraNames() {
    Map<String, String> prefixes = new LinkedHashMap<>();
    prefixes.put("lora_unet_", TRANSFORMER.name());
    prefixes.put("transformer_", TRANSFORMER.name());
    prefixes.put("lora_te3_", TEXT_ENCODER_3.name());
    prefixes.put("lora_te2_", TEXT_ENCODER_2.name());
    prefixes.put("lora_te1_", TEXT_ENCODER.name());
    prefixes.put("text_encoder_3_", TEXT_ENCODER_3.name());
    prefixes.put("text_encoder_2_", TEXT_ENCODER_2.name());
    prefixes.put("text_encoder_", TEXT_ENCODER.name());
    return new Declaration.LoraNames(Collections.unmodifiableMap(prefixes), SD3Names::toOriginal);
  }

  /** Returns both CLIP text encoders with their tokenizers: ViT-L, then OpenCLIP ViT-bigG. */
  static List<CLIPFiles> clips(Model model) {
    return List.of(
        new CLIPFiles(model, TEXT_ENCODER.name(), TOKENIZER.name(), 0),
        new CLIPFiles(model, TEXT_ENCODER_2.name(), TOKENIZER_2.name(), 1));
  }

  /** Returns the T5 text encoder with its tokenizer, if the model has one. */
  static Optional<T5Files> t5(Model model) {
    if (!model.has(TEXT_ENCODER_3.name())) return Optional.empty();
    return Optional.of(new T5Files(model, TEXT_ENCODER_3.name(), TOKENIZER_3.name(), 2, T5_LENGTH));
  }
}
