/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.Conv2D;
import sc.fiji.latentdiffusion.settings.Config;

/** The half of a VAE from pictures to latents. */
public final class VaeEncoder {

  private final TensorKernels tensors;
  private final VaeKernels kernels;
  private final VaeConfig config;
  private final List<Layer> layers;

  private VaeEncoder(Weights weights, Config config) throws IOException {
    tensors = weights.kernels().tensors();
    kernels = new VaeKernels(weights.kernels());
    this.config = VaeConfig.of(weights, config);
    layers = new ArrayList<>(VaeBlocks.encoder(weights.at("encoder"), config));
    if (weights.has("quant_conv")) {
      layers.add(Conv2D.pointwise(weights.at("quant_conv")));
    }
  }

  /**
   * Builds the network.
   *
   * @param weights of the whole VAE; the decoder's are ignored
   * @param config the VAE's {@code config.json}
   * @return the network
   * @throws IOException if a tensor is missing or left over, or the config has a value that is not
   *     supported
   */
  public static VaeEncoder of(Weights weights, Config config) throws IOException {
    VaeEncoder encoder = new VaeEncoder(weights, config);
    weights.requireAllRead(VaeConfig.NAME, "decoder", "post_quant_conv", Codebook.PLACE);
    return encoder;
  }

  /** Returns the settings that both halves share. */
  public VaeConfig config() {
    return config;
  }

  /**
   * Encodes a picture to the posterior's mean.
   *
   * @param picture {@code [b, 3, h, w]}, float32, −1…1; h and w multiples of {@link
   *     VaeConfig#factor}
   * @return scaled latents, {@code [b, c, h/f, w/f]}, float32, of the picture's manager
   */
  public NDArray encode(NDArray picture) {
    return encode(picture, kernels::scaledMean);
  }

  /**
   * Encodes to a normal distribution.
   *
   * @param picture as {@link #encode} takes it
   * @return its means, then its standard deviations, both scaled as latents are, {@code [b, 2 c, h,
   *     w]}, float32, of the picture's manager
   */
  public NDArray posterior(NDArray picture) {
    return encode(picture, kernels::scaledPosterior);
  }

  /** A result of the moments, the number of channels and their scale. */
  private interface Posterior {
    NDArray of(NDArray moments, int channels, VaeScale scale);
  }

  private NDArray encode(NDArray picture, Posterior which) {
    return config.isTiled(picture.getShape().get(3), picture.getShape().get(2))
        ? config.ofPicture().run(picture, part -> whole(part, which), picture.getManager())
        : whole(picture, which);
  }

  private NDArray whole(NDArray picture, Posterior which) {
    try (NDManager manager = picture.getManager().newSubManager()) {
      NDArray moments = VaeBlocks.run(layers, tensors.cast(manager, picture, Precision.FLOAT32));
      NDArray latents = which.of(moments, config.latentChannels(), config.scale());
      latents.attach(picture.getManager());
      return latents;
    }
  }
}
