/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet2d;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.FolderLayout;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.unet.UNetDenoiser;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Models without words on pixels (Ho et al. 2020) or on the latents of an autoencoder (Rombach et
 * al. 2022), as diffusers' {@code DDPMPipeline}, {@code DDIMPipeline} and {@code LDMPipeline} save
 * them; and models whose text encoder is null, which take the rows of a table.
 */
@Plugin(type = Family.class, label = UNet2DFamily.LABEL)
public final class UNet2DFamily implements Family {

  static final String LABEL = "Models without words (UNet2DModel)";

  static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  static final Component UNET = new Component("unet", Role.DENOISER);
  static final Component VAE = new Component("vae", Role.AUTOENCODER);
  static final Component VQVAE = new Component("vqvae", Role.AUTOENCODER);

  static final List<Component> COMPONENTS = List.of(SCHEDULER, UNET, VAE, VQVAE);

  /** A model with any other part, such as a text encoder, is of another family. */
  private static final Set<String> NAMES =
      COMPONENTS.stream().map(Component::name).collect(Collectors.toUnmodifiableSet());

  private static final Set<String> PIPELINES =
      Set.of("DDPMPipeline", "DDIMPipeline", "LDMPipeline");

  @Override
  public boolean fits(Model model) {
    String network = UNet2DLayout.className(model.index(), UNET.name());
    return PIPELINES.contains(model.index().text("_class_name", ""))
        || network.equals(UNet2DLayout.NETWORK)
        || network.equals(UNet2DLayout.CONDITIONAL) && NAMES.containsAll(model.named());
  }

  @Override
  public Optional<FolderLayout> layout(FolderLayout.Contents folder) throws IOException {
    return UNet2DLayout.of(folder);
  }

  @Override
  public List<String> notes(Model model) {
    return model.named().contains(SCHEDULER.name()) ? List.of() : List.of(note(model.path()));
  }

  /** Returns a note on a model without settings of its noise. */
  static String note(Path model) {
    return "The model "
        + model
        + " has no scheduler_config.json: its noise is taken to be that of diffusers'"
        + " DDPMScheduler, linear betas from 0.0001 to 0.02 over 1000 timesteps.";
  }

  @Override
  public List<SingleFileLayout> singleFiles() {
    return List.of(new UNet2DFile());
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    UNet2DSettings.of(model).check();
  }

  @Override
  public List<Component> components() {
    return COMPONENTS;
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    return UNet2DSettings.of(model)
        .declaration(
            LABEL, COMPONENTS.stream().filter(component -> model.has(component.name())).toList());
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    return UNet2DSettings.of(model).noiseSchedule();
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    Optional<String> vae = UNet2DSettings.of(files).autoencoder();
    Autoencoder autoencoder =
        vae.isPresent()
            ? Autoencoders.load(files, vae.get(), declaration.latents(), with)
            : new Pixels(declaration.latents(), with.kernels());
    Denoiser denoiser = denoiser(files, with);
    int width = denoiser.takes().rowWidth();
    Conditioner rows = width == 0 ? Conditioner.NONE : noRows(width);
    return new LoadedModel(files, declaration, with, denoiser, autoencoder, rows);
  }

  /** A token of zeros, in whose place a run puts the rows of its table. */
  private static Conditioner noRows(int width) {
    return (prompts, pixels, lines, owner) ->
        new Conditioning(owner.zeros(new Shape(1, 1, width)), null);
  }

  private static Denoiser denoiser(Model files, Loading with) throws IOException {
    UNet2DSettings settings = UNet2DSettings.of(files);
    Config config = settings.unet();
    String unet = UNET.name();
    if (!settings.takesRows()) {
      LazyNetwork<UNet2DModel> network =
          with.network("U-Net", files, unet, weights -> UNet2DModel.of(weights, config));
      UNet2DModel outline = network.outline();
      settings.requireMatch(outline.inChannels(), outline.outChannels());
      return new UNet2DDenoiser(network);
    }
    LazyNetwork<UNet2DConditionModel> network =
        with.network("U-Net", files, unet, weights -> UNet2DConditionModel.of(weights, config));
    UNet2DConditionModel outline = network.outline();
    settings.requireMatch(outline.inChannels(), outline.outChannels());
    int width = outline.crossAttentionDim();
    return new UNetDenoiser(
        network, new Takes(false, GuidanceForm.JOINED, outline.classes(), width));
  }
}
