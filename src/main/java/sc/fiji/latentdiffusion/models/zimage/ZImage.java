/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.qwen3.Qwen3Files;
import sc.fiji.latentdiffusion.models.qwen3.Qwen3Model;
import sc.fiji.latentdiffusion.models.qwen3.Qwen3TextEncoder;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Z-Image and Z-Image-Turbo (Z-Image Team 2025, arXiv:2511.22699): a transformer over patches of 2
 * × 2 latents, Qwen3 as text encoder, an autoencoder of 16 channels.
 */
@Plugin(type = Family.class, label = ZImage.LABEL)
public final class ZImage implements Family {

  static final String LABEL = "Z-Image and Z-Image-Turbo";

  static final Component TOKENIZER = new Component("tokenizer", Role.TOKENIZER);
  static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  static final Component TEXT_ENCODER = new Component("text_encoder", Role.TEXT_ENCODER);
  static final Component TRANSFORMER = new Component("transformer", Role.DENOISER);
  static final Component VAE = new Component("vae", Role.AUTOENCODER);

  private static final List<Component> COMPONENTS =
      List.of(TOKENIZER, SCHEDULER, TEXT_ENCODER, TRANSFORMER, VAE);

  private static final String NETWORK = "ZImageTransformer2DModel";
  private static final String TINY_DECODER = "taef1";
  private static final double USUAL_SCALE = 0.3611;
  private static final int NATIVE_SIZE = 1024;
  private static final int PATCH = 2;
  private static final int MAX_TOKENS = 512;

  private static final Declaration.LoraNames LORAS =
      new Declaration.LoraNames(
          Map.of(
              "transformer_", TRANSFORMER.name(),
              "diffusion_model_", TRANSFORMER.name(),
              "lora_unet_", TRANSFORMER.name(),
              "lora_transformer_", TRANSFORMER.name()),
          modules -> Map.of());

  @Override
  public boolean fits(Model model) {
    Object pair = model.index().toMap().get(TRANSFORMER.name());
    return pair instanceof List<?> list && list.size() == 2 && NETWORK.equals(list.get(1));
  }

  @Override
  public Map<Integer, String> kinds() {
    return Map.of(2560, "Z-Image");
  }

  @Override
  public List<Component> components() {
    return COMPONENTS;
  }

  @Override
  public List<EncoderPlace> encoders() {
    return List.of(
        new EncoderPlace(TEXT_ENCODER, TOKENIZER, EncoderPlace.Kind.QWEN3, "Qwen3", true));
  }

  @Override
  public List<SingleFileLayout> singleFiles() {
    return List.of(ZImageFile.LAYOUT);
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    ZImageConfig.of(model.config(TRANSFORMER.name()));
    Qwen3Model.check(model.config(TEXT_ENCODER.name()));
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
    StoredTensor linear = transformer.get("cap_embedder.1.weight");
    return linear == null || linear.shape().length < 2 ? 0 : (int) linear.shape()[1];
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return FlowSchedule.ofPatches(model.config(SCHEDULER.name()), PATCH).withEqualSteps();
  }

  @Override
  public GuidanceForm guidance(Model model) {
    return ZImageDenoiser.GUIDANCE;
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(TINY_DECODER);
  }

  private static Qwen3Files encoder(Model model) {
    return new Qwen3Files(model, TEXT_ENCODER.name(), TOKENIZER.name(), 0, MAX_TOKENS);
  }

  @Override
  public List<PromptTokenizer> tokenizers(Model model) {
    return List.of(encoder(model));
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    Qwen3TextEncoder encoder = new Qwen3TextEncoder(encoder(files), with);
    Config config = files.config(TRANSFORMER.name());
    LazyNetwork<ZImageTransformer2DModel> network =
        with.network(
            "transformer",
            files,
            TRANSFORMER.name(),
            weights -> ZImageTransformer2DModel.of(weights, config));
    Autoencoder vae = Autoencoders.load(files, VAE.name(), declaration.latents(), with);
    ZImageTransformer2DModel transformer = network.outline();
    Path path = files.path();
    int channels = vae.space().channels();
    ConfigCheck.requireMatch(path, "channels of latents", transformer.channels(), "VAE", channels);
    ConfigCheck.requireMatch(
        path, "numbers for a token", transformer.stateWidth(), "text encoder", encoder.width());
    return new LoadedModel(
        files,
        declaration,
        with,
        new ZImageDenoiser(network, noiseSchedule(files).trainSteps()),
        vae,
        new ZImageConditioner(encoder, with));
  }
}
