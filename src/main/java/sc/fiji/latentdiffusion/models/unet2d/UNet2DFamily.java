package sc.fiji.latentdiffusion.models.unet2d;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.FolderLayout;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.vae.AutoencoderKL;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Models without words on pixels (Ho et al. 2020) or on the latents of an autoencoder (Rombach et
 * al. 2022), as diffusers' {@code DDPMPipeline}, {@code DDIMPipeline} and {@code LDMPipeline} save
 * them.
 */
@Plugin(type = Family.class, label = UNet2DFamily.LABEL)
public final class UNet2DFamily implements Family {

  static final String LABEL = "Models without words (UNet2DModel)";

  static final Component SCHEDULER = new Component("scheduler", Role.SCHEDULER);
  static final Component UNET = new Component("unet", Role.DENOISER);
  static final Component VAE = new Component("vae", Role.AUTOENCODER);
  static final Component VQVAE = new Component("vqvae", Role.AUTOENCODER);

  static final List<Component> COMPONENTS = List.of(SCHEDULER, UNET, VAE, VQVAE);

  private static final Set<String> PIPELINES =
      Set.of("DDPMPipeline", "DDIMPipeline", "LDMPipeline");

  @Override
  public boolean fits(Model model) {
    return PIPELINES.contains(model.index().text("_class_name", ""))
        || UNet2DLayout.className(model.index(), UNET.name()).equals(UNet2DLayout.NETWORK);
  }

  @Override
  public Optional<FolderLayout> layout(Path folder) throws IOException {
    return UNet2DLayout.of(folder);
  }

  @Override
  public List<String> notes(Model model) {
    if (model.named().contains(SCHEDULER.name())) return List.of();
    return List.of(
        "The model "
            + model.path()
            + " has no scheduler_config.json: its noise is taken to be that of diffusers'"
            + " DDPMScheduler, linear betas from 0.0001 to 0.02 over 1000 timesteps.");
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
    Config config = files.config(UNET.name());
    LazyNetwork<UNet2DModel> network =
        with.network("U-Net", files, UNET.name(), weights -> UNet2DModel.of(weights, config));
    UNet2DSettings.requireMatch(files, config, network.outline());
    Optional<String> vae = UNet2DSettings.of(files).autoencoder();
    Autoencoder autoencoder =
        vae.isPresent()
            ? AutoencoderKL.of(files, vae.get(), declaration.latents(), with)
            : new Pixels(declaration.latents(), with.kernels());
    return new LoadedModel(
        files, declaration, with, new UNet2DDenoiser(network), autoencoder, Conditioner.NONE);
  }
}
