/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.settings.Config;

/** The half of a VAE from latents to pictures. */
public final class VaeDecoder {

  private final VaeKernels kernels;
  private final VaeConfig config;
  private final List<Layer> layers = new ArrayList<>();

  private VaeDecoder(Weights weights, Config config) throws IOException {
    kernels = new VaeKernels(weights.kernels());
    this.config = VaeConfig.of(weights, config);
    if (weights.has(Codebook.TENSOR)) layers.add(new Codebook(weights));
    if (weights.has("post_quant_conv")) {
      layers.add(Conv2D.pointwise(weights.at("post_quant_conv")));
    }
    layers.addAll(VaeBlocks.decoder(weights.at("decoder"), config));
  }

  /**
   * Builds the network.
   *
   * @param weights of the whole VAE; the encoder's are ignored
   * @param config the VAE's {@code config.json}
   * @return the network
   * @throws IOException if a tensor is missing or left over, or the config has a value that is not
   *     supported
   */
  public static VaeDecoder of(Weights weights, Config config) throws IOException {
    VaeDecoder decoder = new VaeDecoder(weights, config);
    weights.requireAllRead(VaeConfig.NAME, "encoder", "quant_conv");
    return decoder;
  }

  /** Returns the settings that both halves share. */
  public VaeConfig config() {
    return config;
  }

  /**
   * Decodes latents to a picture.
   *
   * @param latents scaled, {@code [b, c, h, w]}, float32
   * @return {@code [b, 3, f·h, f·w]}, float32, about −1…1, not clamped, of the latents' manager
   */
  public NDArray decode(NDArray latents) {
    long width = config.factor() * latents.getShape().get(3);
    long height = config.factor() * latents.getShape().get(2);
    return config.isTiled(width, height) ? tiled(latents, config.ofLatents()) : whole(latents);
  }

  NDArray tiled(NDArray latents, Tiles tiles) {
    return tiles.run(latents, this::whole, latents.getManager());
  }

  private NDArray whole(NDArray latents) {
    try (NDManager manager = latents.getManager().newSubManager()) {
      NDArray unscaled = kernels.unscale(manager, latents, config.scale());
      NDArray picture = Layer.then(unscaled, x -> VaeBlocks.run(layers, x));
      picture.attach(latents.getManager());
      return picture;
    }
  }
}
