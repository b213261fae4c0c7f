/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraLayers;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.unet.UNetDenoiser;
import sc.fiji.latentdiffusion.models.vae.AutoencoderKL;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Loads models in float32, and finds their networks. */
public final class TestLoading {

  private TestLoading() {}

  /** Loads a model with LoRAs; the manager outlives it. */
  public static LoadedModel load(Model files, Family family, NDManager manager, Lora... loras)
      throws IOException {
    Declaration declaration = family.declare(files);
    LoraLayers layers = LoraLayers.of(List.of(loras), files, declaration);
    LoadedWeights weights = new LoadedWeights(Double.POSITIVE_INFINITY);
    Loading with =
        new Loading(manager, new Kernels(manager), Precision.FLOAT32, layers::of, weights);
    return family.load(files, declaration, with);
  }

  /** The U-Net of a model that has one. */
  public static LazyNetwork<UNet2DConditionModel> unet(LoadedModel model) {
    return ((UNetDenoiser) model.denoiser()).network();
  }

  /** The VAE of a model that has one. */
  public static AutoencoderKL vae(LoadedModel model) {
    return (AutoencoderKL) model.autoencoder();
  }
}
