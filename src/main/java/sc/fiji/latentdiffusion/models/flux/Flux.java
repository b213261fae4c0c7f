/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.EncoderPlace;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.clip.CLIPFiles;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.t5.T5EncoderModel;
import sc.fiji.latentdiffusion.models.t5.T5Files;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * FLUX.1 dev and schnell (Black Forest Labs 2024): a transformer over patches of 2 × 2 latents,
 * CLIP and T5 as text encoders, an autoencoder of 16 channels.
 */
@Plugin(type = Family.class, label = Flux.LABEL)
public final class Flux implements Family {

  static final String LABEL = "FLUX.1 dev and schnell";

  private static final Component TOKENIZER = new Component("tokenizer", Role.TOKENIZER);
  private static final Component TOKENIZER_2 = new Component("tokenizer_2", Role.TOKENIZER);
  static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  static final Component CLIP = new Component("text_encoder", Role.TEXT_ENCODER);
  static final Component T5 = new Component("text_encoder_2", Role.TEXT_ENCODER);
  static final Component TRANSFORMER = new Component("transformer", Role.DENOISER);
  static final Component VAE = new Component("vae", Role.AUTOENCODER);

  private static final List<Component> COMPONENTS =
      List.of(TOKENIZER, TOKENIZER_2, SCHEDULER, CLIP, T5, TRANSFORMER, VAE);

  private static final Pattern PIPELINE = Pattern.compile("Flux(Img2Img|Inpaint)?Pipeline");
  private static final String NETWORK = "FluxTransformer2DModel";
  private static final String TINY_DECODER = "taef1";
  private static final double USUAL_SCALE = 0.3611;
  private static final int NATIVE_SIZE = 1024;
  private static final int PATCH = 2;

  /** Tokens that T5 reads, of a model that takes the scale of guidance and of one that does not. */
  private static final int DEV_TOKENS = 512;

  private static final int SCHNELL_TOKENS = 256;

  /** The longer before the shorter. */
  private static final Map<String, String> LORA_PREFIXES = new LinkedHashMap<>();

  static {
    LORA_PREFIXES.put("lora_transformer_", TRANSFORMER.name());
    LORA_PREFIXES.put("lora_unet_", TRANSFORMER.name());
    LORA_PREFIXES.put("diffusion_model_", TRANSFORMER.name());
    LORA_PREFIXES.put("transformer_", TRANSFORMER.name());
    LORA_PREFIXES.put("lora_te3_", T5.name());
    LORA_PREFIXES.put("lora_te2_", T5.name());
    LORA_PREFIXES.put("lora_te1_", CLIP.name());
    LORA_PREFIXES.put("text_encoder_2_", T5.name());
    LORA_PREFIXES.put("text_encoder_", CLIP.name());
  }

  private static final Declaration.LoraNames LORAS =
      new Declaration.LoraNames(Collections.unmodifiableMap(LORA_PREFIXES), FluxNames::toOriginal);

  @Override
  public boolean fits(Model model) {
    Object pair = model.index().toMap().get(TRANSFORMER.name());
    return pair instanceof List<?> list && list.size() == 2 && NETWORK.equals(list.get(1));
  }

  @Override
  public List<Component> components() {
    return COMPONENTS;
  }

  @Override
  public List<EncoderPlace> encoders() {
    return List.of(
        new EncoderPlace(CLIP, TOKENIZER, EncoderPlace.Kind.CLIP, "CLIP ViT-L", true),
        new EncoderPlace(T5, TOKENIZER_2, EncoderPlace.Kind.T5, "T5-XXL", true));
  }

  @Override
  public List<SingleFileLayout> singleFiles() {
    return List.of(FluxFile.LAYOUT);
  }

  @Override
  public Set<String> ignored() {
    return Set.of("feature_extractor", "image_encoder");
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    String pipeline = model.index().text("_class_name", "FluxPipeline");
    if (!PIPELINE.matcher(pipeline).matches()) {
      throw new IOException(
          "The model "
              + model.path()
              + " is for the pipeline "
              + pipeline
              + ", whose models take or make something else; expected FluxPipeline. Choose FLUX.1"
              + " dev or schnell, or a model trained on from them.");
    }
    FluxConfig.of(model.config(TRANSFORMER.name()));
    CLIPTextModel.check(model.config(CLIP.name()));
    T5EncoderModel.check(model.config(T5.name()));
    Autoencoders.check(model, VAE.name());
    noiseSchedule(model); // refuses wrong values
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    LatentSpace latents =
        Autoencoders.latents(model, VAE.name(), USUAL_SCALE, Optional.of(TINY_DECODER));
    return new Declaration(
        LABEL,
        COMPONENTS,
        latents.inMultiplesOf(PATCH),
        NATIVE_SIZE,
        stateWidth(model.tensors(TRANSFORMER.name())),
        0,
        Autoencoders.work(model, VAE.name()),
        LORAS);
  }

  private static int stateWidth(Map<String, StoredTensor> transformer) {
    StoredTensor linear = transformer.get("context_embedder.weight");
    return linear == null || linear.shape().length < 2 ? 0 : (int) linear.shape()[1];
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return FlowSchedule.ofPatches(model.config(SCHEDULER.name()), PATCH).withEqualSteps();
  }

  @Override
  public GuidanceForm guidance(Model model) throws IOException {
    return FluxConfig.guidance(model.config(TRANSFORMER.name()));
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(TINY_DECODER);
  }

  private static CLIPFiles clip(Model model) {
    return new CLIPFiles(model, CLIP.name(), TOKENIZER.name(), 0);
  }

  private static T5Files t5(Model model) throws IOException {
    boolean isDev = FluxConfig.takesGuidance(model.config(TRANSFORMER.name()));
    int tokens = isDev ? DEV_TOKENS : SCHNELL_TOKENS;
    return new T5Files(model, T5.name(), TOKENIZER_2.name(), 1, tokens);
  }

  @Override
  public List<PromptTokenizer> tokenizers(Model model) {
    try {
      return List.of(clip(model), t5(model));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    TextEncoder clip = new TextEncoder(clip(files), with);
    T5TextEncoder t5 = new T5TextEncoder(t5(files), with);
    Config config = files.config(TRANSFORMER.name());
    LazyNetwork<FluxTransformer2DModel> network =
        with.network(
            "transformer",
            files,
            TRANSFORMER.name(),
            weights -> FluxTransformer2DModel.of(weights, config));
    Autoencoder vae = Autoencoders.load(files, VAE.name(), declaration.latents(), with);
    FluxTransformer2DModel transformer = network.outline();
    Path path = files.path();
    int channels = vae.space().channels();
    ConfigCheck.requireMatch(path, "channels of latents", transformer.channels(), "VAE", channels);
    ConfigCheck.requireMatch(
        path, "numbers for a token", transformer.stateWidth(), "T5", t5.width());
    ConfigCheck.requireMatch(
        path, "numbers for a whole prompt", transformer.textWidth(), "CLIP", clip.textWidth());
    return new LoadedModel(
        files,
        declaration,
        with,
        new FluxDenoiser(network, noiseSchedule(files).trainSteps()),
        vae,
        new FluxConditioner(clip, t5));
  }
}
