/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.LoadedParts;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.LoadedWeights;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.unet.KeyValueCache;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.unet.UNetDenoiser;
import sc.fiji.latentdiffusion.settings.Config;

/** A ControlNet that fits a model; its weights are read at its first use. */
public final class ControlNet implements LoadedParts.Part {

  private final ControlNetFile file;
  private final LoadedWeights residents;
  private final LazyNetwork<ControlNetModel> network;

  private ControlNet(ControlNetFile file, LoadedModel networks) throws IOException {
    this.file = file;
    UNet2DConditionModel unet = unet(networks);
    Config config = config(file, networks);
    network =
        networks.checked(
            "The ControlNet " + file, file::tensors, w -> ControlNetModel.of(w, config));
    requireFitting(unet, networks);
    residents = networks.weights();
    residents.add(network);
  }

  /**
   * Loads a ControlNet.
   *
   * @param file its files
   * @param networks of the model that it is to steer
   * @return the ControlNet, to be closed before the model
   * @throws IOException if it is damaged, or for another family than the model's
   */
  public static ControlNet load(ControlNetFile file, LoadedModel networks) throws IOException {
    return new ControlNet(file, networks);
  }

  /** A single file has no settings: those of the U-Net hold, of which it is a copy. */
  private static Config config(ControlNetFile file, LoadedModel networks) throws IOException {
    if (file.config().isPresent()) return file.config().get();
    Config unet = networks.files().config(networks.declaration().components(Role.DENOISER).get(0));
    Map<String, Object> own = new LinkedHashMap<>(unet.toMap());
    own.remove("time_cond_proj_dim"); // that is for distilled U-Nets alone
    return Config.of(own, "the U-Net's settings, for " + file);
  }

  private void requireFitting(UNet2DConditionModel unet, LoadedModel networks) throws IOException {
    LatentSpace latents = networks.autoencoder().space();
    ControlNetModel net = network.outline();
    require(
        "numbers of conditioning for a token",
        unet.crossAttentionDim(),
        net.crossAttentionDim(),
        networks);
    require("numbers of a whole prompt and sizes", unet.addedWidth(), net.addedWidth(), networks);
    require("channels of latents", latents.channels(), net.inChannels(), networks);
    require("pixels for one of the latents", latents.factor(), net.factor(), networks);
    require("channels of its blocks", unet.downChannels(), net.downChannels(), networks);
  }

  private UNet2DConditionModel unet(LoadedModel networks) throws IOException {
    if (networks.denoiser() instanceof UNetDenoiser denoiser) return denoiser.network().outline();
    throw new IOException(
        "The ControlNet "
            + file
            + " steers a U-Net, but the model "
            + networks.files().path()
            + " has none: ControlNets are not for models of the family "
            + networks.declaration().label()
            + ". Leave control empty, or choose another model.");
  }

  private void require(String what, Object expected, Object found, LoadedModel networks)
      throws IOException {
    if (expected.equals(found)) return;
    throw new IOException(
        "The ControlNet "
            + file
            + " is for another family: the model "
            + networks.files().path()
            + " has "
            + expected
            + " "
            + what
            + ", the ControlNet "
            + found
            + "; choose a ControlNet that was made for this family of models.");
  }

  /** Returns its files. */
  public ControlNetFile file() {
    return file;
  }

  /** Returns how many pixels of the image's width one of the latents' covers: 8. */
  public int factor() {
    return network.outline().factor();
  }

  /**
   * Returns the hint of an image; see {@link ControlNetModel#hint}.
   *
   * @param image {@code [1, 3, h, w]}, float32, RGB, 0…1
   * @param owner owns the result
   */
  public NDArray hint(NDArray image, NDManager owner) {
    return network.use(net -> net.hint(image, owner));
  }

  /** Returns the prompts as it uses them; see {@link ControlNetModel#context}. */
  public KeyValueCache context(Conditioning conditioning, NDManager owner) {
    return network.use(net -> net.context(conditioning, owner));
  }

  /**
   * Returns its residuals, which the U-Net adds; see {@link ControlNetModel#forward}.
   *
   * @param hint of the image
   * @param scale of the residuals
   */
  public Residuals residuals(
      NDArray sample, double timestep, KeyValueCache context, NDArray hint, double scale) {
    return network.use(net -> net.forward(sample, timestep, context, hint, scale));
  }

  /** Frees its memory. */
  @Override
  public void close() {
    residents.remove(network);
  }
}
