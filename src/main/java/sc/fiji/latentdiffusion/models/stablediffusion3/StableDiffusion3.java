/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.EncoderPlace;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.clip.CLIPFiles;
import sc.fiji.latentdiffusion.models.clip.TextEncoder;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.t5.T5Files;
import sc.fiji.latentdiffusion.models.t5.T5TextEncoder;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Stable Diffusion 3 and 3.5 (Esser et al. 2024): a transformer over patches of 16-channel latents,
 * trained by flow matching, and three text encoders, of which T5 may be missing.
 */
@Plugin(type = Family.class, label = StableDiffusion3.LABEL)
public final class StableDiffusion3 implements Family {

  static final String LABEL = "Stable Diffusion 3 and 3.5";

  private static final String NETWORK = "SD3Transformer2DModel";
  private static final String PIPELINE = "StableDiffusion3";

  @Override
  public boolean fits(Model model) {
    String name = StableDiffusion3Files.TRANSFORMER.name();
    if (!model.named().contains(name)) return false;
    Object pair = model.index().toMap().get(name);
    boolean isNamed = pair instanceof List<?> list && list.contains(NETWORK);
    return isNamed || model.index().text("_class_name", "").startsWith(PIPELINE);
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    StableDiffusion3Settings.check(model);
  }

  @Override
  public List<Component> components() {
    return StableDiffusion3Files.COMPONENTS;
  }

  @Override
  public Set<String> ignored() {
    return StableDiffusion3Files.IGNORED;
  }

  @Override
  public List<EncoderPlace> encoders() {
    return StableDiffusion3Files.ENCODERS;
  }

  @Override
  public List<SingleFileLayout> singleFiles() {
    return List.of(SD3File.LAYOUT);
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    return StableDiffusion3Files.declare(model, LABEL);
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return schedule(model);
  }

  /** Reads the noise schedule; a shift by the picture's size counts patches. */
  static NoiseSchedule schedule(Model model) throws IOException {
    Config transformer = model.config(StableDiffusion3Files.TRANSFORMER.name());
    int patch = transformer.integer("patch_size", 2, 1, 64);
    return FlowSchedule.ofPatches(model.config(StableDiffusion3Files.SCHEDULER.name()), patch);
  }

  @Override
  public List<PromptTokenizer> tokenizers(Model model) {
    List<PromptTokenizer> tokenizers = new ArrayList<>(StableDiffusion3Files.clips(model));
    StableDiffusion3Files.t5(model).ifPresent(tokenizers::add);
    return List.copyOf(tokenizers);
  }

  @Override
  public List<String> tinyDecoders() {
    return List.of(StableDiffusion3Files.TINY_DECODER);
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    List<TextEncoder> clips = new ArrayList<>();
    for (CLIPFiles clip : StableDiffusion3Files.clips(files))
      clips.add(new TextEncoder(clip, with));
    Optional<T5Files> t5Files = StableDiffusion3Files.t5(files);
    Optional<T5TextEncoder> t5 =
        t5Files.isPresent()
            ? Optional.of(new T5TextEncoder(t5Files.get(), with))
            : Optional.empty();
    String name = StableDiffusion3Files.TRANSFORMER.name();
    Config config = files.config(name);
    LazyNetwork<SD3Transformer2DModel> network =
        with.network("transformer", files, name, w -> SD3Transformer2DModel.of(w, config));
    Autoencoder vae =
        Autoencoders.load(files, StableDiffusion3Files.VAE.name(), declaration.latents(), with);
    SD3Transformer2DModel transformer = network.outline();
    new SD3Match(files, transformer).require(declaration.latents().channels(), clips, t5);
    return new LoadedModel(
        files,
        declaration,
        with,
        new SD3Denoiser(network),
        vae,
        new StableDiffusion3Conditioner(clips, t5, transformer.statesWidth()));
  }
}
