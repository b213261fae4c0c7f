/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.tiny;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/** The encoder of diffusers' {@code AutoencoderTiny}: a layer without bias halves its input. */
final class EncoderTiny {

  private static final int MOST_LAYERS = 255;
  private static final long COLOURS = 3;

  private final TensorKernels tensors;
  private final TinyKernels kernels;
  private final List<Layer> layers = new ArrayList<>();
  private final int latentChannels;

  private EncoderTiny(Weights weights) throws IOException {
    tensors = weights.kernels().tensors();
    kernels = new TinyKernels(weights.kernels());
    int last = MOST_LAYERS;
    while (last > 1 && !weights.has("layers." + last)) last--;
    long channels = COLOURS;
    for (int i = 0; i <= last; i++) {
      Weights layer = weights.at("layers." + i);
      boolean isBlock = layer.has("conv");
      long out = LayerShapes.out(weights, "layers." + i + (isBlock ? ".conv.4" : ""));
      if (isBlock) {
        TinyBlock.require(layer, out, channels);
        add(kernels::block, TinyBlock.parameters(layer));
      } else {
        layer.requireShape("weight", out, channels, 3, 3);
        addConvolution(layer, i == 0, i == last, out);
      }
      channels = out;
    }
    latentChannels = (int) channels;
  }

  private void addConvolution(Weights layer, boolean isFirst, boolean isLast, long out)
      throws IOException {
    if (!isFirst && !isLast) {
      add(kernels::down, layer.parameters("weight"));
      return;
    }
    layer.requireShape("bias", out);
    add(isFirst ? kernels::see : kernels::latents, layer.parameters("weight", "bias"));
  }

  private void add(BiFunction<NDArray, Parameters, NDArray> kernel, Parameters parameters) {
    layers.add(x -> kernel.apply(x, parameters));
  }

  /**
   * Builds the network.
   *
   * @param weights of the whole autoencoder; the decoder's are ignored
   * @throws IOException if a tensor is missing or left over
   */
  static EncoderTiny ofWhole(Weights weights) throws IOException {
    EncoderTiny encoder = new EncoderTiny(weights.at("encoder"));
    weights.requireAllRead(AutoencoderTiny.NAME, "decoder");
    return encoder;
  }

  /** Returns the number of channels of a latent. */
  int latentChannels() {
    return latentChannels;
  }

  /**
   * Encodes a picture.
   *
   * @param picture {@code [b, 3, f·h, f·w]}, float32, −1…1
   * @param owner owns the result
   * @return latents, {@code [b, c, h, w]}, float32
   */
  NDArray encode(NDArray picture, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDArray h = tensors.copy(local, picture);
      for (Layer layer : layers) h = Layer.then(h, layer);
      h.attach(owner);
      return h;
    }
  }
}
