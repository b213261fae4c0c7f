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

/**
 * The decoder of diffusers' {@code AutoencoderTiny}, a small network whose pictures come near the
 * VAE's (TAESD, Ollin Boer Bohan 2023). A layer without tensors enlarges its input.
 */
public final class DecoderTiny {

  private static final long COLOURS = 3;

  private final TensorKernels tensors;
  private final TinyKernels kernels;
  private final List<Layer> layers = new ArrayList<>();
  private final int latentChannels;
  private final int factor;

  private DecoderTiny(Weights weights) throws IOException {
    tensors = weights.kernels().tensors();
    kernels = new TinyKernels(weights.kernels());
    latentChannels = (int) LayerShapes.in(weights, "layers.0");
    requireShapes(weights, latentChannels);
    add(kernels::begin, weights.at("layers.0").parameters("weight", "bias"));
    int last = last(weights);
    int levels = 0;
    for (int i = 2; i < last; i++) { // 1 is the first one's ReLU
      Weights layer = weights.at("layers." + i);
      boolean there = weights.has("layers." + i);
      if (there && layer.has("conv")) add(kernels::block, TinyBlock.parameters(layer));
      else if (there) add(kernels::up, layer.parameters("weight"));
      else levels++;
    }
    add(kernels::end, weights.at("layers." + last).parameters("weight", "bias"));
    factor = 1 << levels;
  }

  /** A layer gives the channels that the next one takes; the last gives 3. */
  private static void requireShapes(Weights weights, long latentChannels) throws IOException {
    long channels = latentChannels;
    int last = last(weights);
    for (int i = 0; i <= last; i++) {
      String layer = "layers." + i;
      if (!weights.has(layer)) continue;
      boolean block = weights.has(layer + ".conv");
      long out = i == last ? COLOURS : LayerShapes.out(weights, block ? layer + ".conv.4" : layer);
      if (block) {
        TinyBlock.require(weights.at(layer), out, channels);
      } else {
        LayerShapes.requireConv(weights, layer, out, channels, 3);
      }
      channels = out;
    }
  }

  private static int last(Weights weights) throws IOException {
    for (int i = 255; i > 2; i--) {
      if (weights.has("layers." + i)) return i;
    }
    throw new IOException("The small decoder has no layers beyond its first: it is incomplete.");
  }

  private void add(BiFunction<NDArray, Parameters, NDArray> kernel, Parameters parameters) {
    layers.add(x -> kernel.apply(x, parameters));
  }

  /**
   * Builds the network.
   *
   * @param weights the decoder's tensors by diffusers' names, {@code layers.0.weight}
   * @return the network
   * @throws IOException if a tensor is missing or left over
   */
  public static DecoderTiny of(Weights weights) throws IOException {
    DecoderTiny decoder = new DecoderTiny(weights);
    weights.requireAllRead("The small decoder");
    return decoder;
  }

  /**
   * Builds the network of a whole autoencoder's tensors.
   *
   * @param weights whose decoder's are read
   * @return the network
   * @throws IOException if a tensor is missing or left over
   */
  static DecoderTiny ofWhole(Weights weights) throws IOException {
    DecoderTiny decoder = new DecoderTiny(weights.at("decoder"));
    weights.requireAllRead(AutoencoderTiny.NAME, "encoder");
    return decoder;
  }

  /** Returns the number of channels of a latent. */
  public int latentChannels() {
    return latentChannels;
  }

  /** Returns how many pixels of the picture are as wide as one of the latents, for example 8. */
  public int factor() {
    return factor;
  }

  /**
   * Decodes latents to a picture.
   *
   * @param latents scaled, {@code [b, c, h, w]}, float32
   * @param owner owns the result
   * @return {@code [b, 3, f·h, f·w]}, float32, about −1…1, not clamped
   */
  public NDArray decode(NDArray latents, NDManager owner) {
    try (NDManager local = owner.newSubManager()) {
      NDArray h = tensors.copy(local, latents);
      for (Layer layer : layers) h = Layer.then(h, layer);
      h.attach(owner);
      return h;
    }
  }
}
