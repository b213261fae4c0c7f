/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.prompts.PromptKernels;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.t5.T5EncoderModel;
import sc.fiji.latentdiffusion.models.t5.T5Files;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedules;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * PixArt-Σ (Chen et al. 2024, arXiv:2403.04692) and PixArt-α (Chen et al. 2023, arXiv:2310.00426):
 * a small transformer over patches of latents that predicts noise, T5 as text encoder, the
 * autoencoder of Stable Diffusion XL or of Stable Diffusion 1.
 */
@Plugin(type = Family.class, label = PixArt.LABEL)
public final class PixArt implements Family {

  static final String LABEL = "PixArt-Σ and PixArt-α";

  private static final Component TOKENIZER = new Component("tokenizer", Role.TOKENIZER);
  private static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  private static final Component TEXT_ENCODER = new Component("text_encoder", Role.TEXT_ENCODER);
  private static final Component TRANSFORMER = new Component("transformer", Role.DENOISER);
  private static final Component VAE = new Component("vae", Role.AUTOENCODER);

  private static final List<Component> COMPONENTS =
      List.of(TOKENIZER, SCHEDULER, TEXT_ENCODER, TRANSFORMER, VAE);

  private static final String NETWORK = "PixArtTransformer2DModel";
  private static final String PIPELINE = "PixArt";
  private static final String ALPHA = "PixArtAlpha";

  private static final Declaration.LoraNames LORAS =
      new Declaration.LoraNames(Map.of("transformer_", TRANSFORMER.name()), modules -> Map.of());

  /**
   * What the two generations differ in.
   *
   * @param tokens that T5 reads
   * @param scale scaling factor of the autoencoder
   * @param tinyDecoder name of the small decoder
   */
  private record Generation(int tokens, double scale, String tinyDecoder) {

    static final Generation FIRST = new Generation(120, 0.18215, "taesd");
    static final Generation SECOND = new Generation(300, 0.13025, "taesdxl");

    static Generation of(Model model) {
      return pipeline(model).startsWith(ALPHA) ? FIRST : SECOND;
    }
  }

  private static String pipeline(Model model) {
    return model.index().text("_class_name", "");
  }

  /**
   * The published folders name the network by its old class, so the pipeline's name counts, too.
   */
  @Override
  public boolean fits(Model model) {
    Object pair = model.index().toMap().get(TRANSFORMER.name());
    boolean isNamed = pair instanceof List<?> list && list.contains(NETWORK);
    return isNamed || pair != null && pipeline(model).startsWith(PIPELINE);
  }

  @Override
  public List<Component> components() {
    return COMPONENTS;
  }

  @Override
  public Set<String> ignored() {
    return Set.of("feature_extractor");
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    PixArtConfig.of(model.config(TRANSFORMER.name()));
    T5EncoderModel.check(model.config(TEXT_ENCODER.name()));
    Autoencoders.check(model, VAE.name());
    noiseSchedule(model); // refuses wrong values
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    Generation generation = Generation.of(model);
    Config config = model.config(TRANSFORMER.name());
    LatentSpace latents =
        Autoencoders.latents(
            model, VAE.name(), generation.scale(), Optional.of(generation.tinyDecoder()));
    return new Declaration(
        LABEL,
        COMPONENTS,
        latents.inMultiplesOf(config.integer("patch_size", 2, 1, 64)),
        PixArtConfig.of(config).sampleSize() * latents.factor(),
        stateWidth(model.tensors(TRANSFORMER.name())),
        0,
        Autoencoders.work(model, VAE.name()),
        LORAS);
  }

  private static int stateWidth(Map<String, StoredTensor> transformer) {
    StoredTensor linear = transformer.get("caption_projection.linear_1.weight");
    return linear == null || linear.shape().length < 2 ? 0 : (int) linear.shape()[1];
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return NoiseSchedules.of(model.config(SCHEDULER.name()));
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(Generation.FIRST.tinyDecoder(), Generation.SECOND.tinyDecoder());
  }

  private static T5Files t5(Model model) {
    int tokens = Generation.of(model).tokens();
    return new T5Files(model, TEXT_ENCODER.name(), TOKENIZER.name(), 0, tokens, true);
  }

  @Override
  public List<PromptTokenizer> tokenizers(Model model) {
    return List.of(t5(model));
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    T5TextEncoder t5 = new T5TextEncoder(t5(files), with);
    Config config = files.config(TRANSFORMER.name());
    LazyNetwork<PixArtTransformer2DModel> network =
        with.network(
            "transformer",
            files,
            TRANSFORMER.name(),
            weights -> PixArtTransformer2DModel.of(weights, config));
    Autoencoder vae = Autoencoders.load(files, VAE.name(), declaration.latents(), with);
    PixArtTransformer2DModel transformer = network.outline();
    Path path = files.path();
    int channels = vae.space().channels();
    ConfigCheck.requireMatch(path, "channels of latents", transformer.channels(), "VAE", channels);
    ConfigCheck.requireMatch(
        path, "numbers for a token", transformer.stateWidth(), "T5", t5.width());
    return new LoadedModel(
        files,
        declaration,
        with,
        new PixArtDenoiser(network, new PromptKernels(with.kernels())),
        vae,
        new PixArtConditioner(t5, transformer.takesSizes(), with));
  }
}
