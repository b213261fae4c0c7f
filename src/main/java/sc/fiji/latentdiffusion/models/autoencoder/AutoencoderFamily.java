/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.autoencoder;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.FolderLayout;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.io.model.SingleFileLayout;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.Family;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.vae.VaeConfig;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.settings.Config;

/** Autoencoders alone, which encode and decode, and stand in for those of other models. */
@Plugin(type = Family.class, label = AutoencoderFamily.LABEL)
public final class AutoencoderFamily implements Family {

  static final String LABEL = "Autoencoders alone";

  static final Component VAE = new Component("vae", Role.AUTOENCODER);

  private static final String CLASS = "_class_name";
  private static final String CONFIG = "config.json";

  @Override
  public boolean fits(Model model) {
    return model.named().equals(Set.of(VAE.name()));
  }

  @Override
  public Optional<FolderLayout> layout(FolderLayout.Contents folder) throws IOException {
    if (!folder.hasFile(CONFIG)) return Optional.empty();
    Config settings = folder.json(CONFIG);
    String name = settings.text(CLASS, "");
    if (!Autoencoders.CLASSES.contains(name)) return Optional.empty();
    Map<String, Object> index = Map.of(VAE.name(), List.of("diffusers", name));
    return Optional.of(
        new FolderLayout(
            Config.of(index, settings.toString()), Map.of(VAE.name(), FolderLayout.HERE)));
  }

  @Override
  public void checkSettings(Model model) throws IOException {
    Autoencoders.check(model, VAE.name());
  }

  @Override
  public List<Component> components() {
    return List.of(VAE);
  }

  @Override
  public List<SingleFileLayout> singleFiles() {
    return List.of(AutoencoderFile.LAYOUT);
  }

  @Override
  public Declaration declare(Model model) throws IOException {
    LatentSpace latents =
        Autoencoders.latents(model, VAE.name(), VaeConfig.SCALING_FACTOR, Optional.empty());
    return new Declaration(
        LABEL,
        components(),
        latents,
        0,
        0,
        0,
        Autoencoders.work(model, VAE.name()),
        Declaration.LoraNames.NONE);
  }

  @Override
  public NoiseSchedule noiseSchedule(Model model) throws IOException {
    throw Declaration.withoutDenoiser(model.path().toString());
  }

  @Override
  public LoadedModel load(Model files, Declaration declaration, Loading with) throws IOException {
    return new LoadedModel(
        files,
        declaration,
        with,
        Denoiser.NONE,
        Autoencoders.load(files, VAE.name(), declaration.latents(), with),
        Conditioner.NONE);
  }
}
