/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Autoencoder;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.models.autoencoder.Autoencoders;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.unet.UNetDenoiser;
import sc.fiji.latentdiffusion.settings.Config;

/** The parts that all Stable Diffusion models have beside their text encoders: U-Net and VAE. */
final class UNetParts {

  private UNetParts() {}

  /**
   * Builds U-Net and VAE, and joins them with the conditioner.
   *
   * @param files of the model
   * @param declaration of its family
   * @param with device, precision, changes of weights
   * @param conditioner of a U-Net
   * @throws IOException if a part is missing, or parts do not belong together
   */
  static LoadedModel load(
      Model files,
      Declaration declaration,
      Loading with,
      Function<UNet2DConditionModel, UNetConditioner> conditioner)
      throws IOException {
    String component = StableDiffusionFiles.UNET.name();
    Config config = files.config(component);
    LazyNetwork<UNet2DConditionModel> network =
        with.network("U-Net", files, component, w -> UNet2DConditionModel.of(w, config));
    UNet2DConditionModel unet = network.outline();
    Autoencoder vae =
        Autoencoders.load(files, StableDiffusionFiles.VAE.name(), declaration.latents(), with);
    UNetConditioner prompts = conditioner.apply(unet);
    PartsMatch parts = new PartsMatch(files, unet);
    Optional<Sight> sight = declaration.sight();
    Takes takes = parts.takes(vae.space().channels(), sight);
    Autoencoder decoding = sight.isPresent() ? sight.get().decoding(vae, with.kernels()) : vae;
    parts.requireWidths(prompts.width(), prompts.addedWidth(unet.addedChannels()));
    return new LoadedModel(
        files, declaration, with, new UNetDenoiser(network, takes), decoding, prompts);
  }
}
