/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.unet.Sinusoids;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Z-Image's transformer (Z-Image Team 2025, arXiv:2511.22699): a few blocks refine the words of a
 * prompt alone, a few the patches of the latents, then all go through the other blocks together;
 * diffusers' {@code ZImageTransformer2DModel} with patches of 2 × 2.
 */
final class ZImageTransformer2DModel {

  private static final String PATCHES = "all_x_embedder.2-1";
  private static final String OUTPUT = "all_final_layer.2-1";
  private static final String MODULATION = OUTPUT + ".adaLN_modulation.1";
  private static final int PATCH = 2;

  private final Kernels kernels;
  private final ZImageKernels own;
  private final ZImageConfig config;
  private final Parameters time;
  private final Parameters patches;
  private final Parameters words;
  private final Parameters output;
  private final Sinusoids sinusoids;
  private final List<ZImageBlock> wordBlocks = new ArrayList<>();
  private final List<ZImageBlock> imageBlocks = new ArrayList<>();
  private final List<ZImageBlock> blocks = new ArrayList<>();
  private final int channels;
  private final int stateWidth;

  private ZImageTransformer2DModel(Weights weights, Config settings) throws IOException {
    config = ZImageConfig.of(settings);
    kernels = weights.kernels();
    own = new ZImageKernels(kernels);
    long width = LayerShapes.out(weights, PATCHES);
    long timeWidth = LayerShapes.out(weights, "t_embedder.mlp.2");
    ConfigCheck.requireDivisor("n_heads", width, config.heads());
    requireShapes(weights, width, timeWidth);
    channels = (int) LayerShapes.in(weights, PATCHES) / (PATCH * PATCH);
    stateWidth = (int) LayerShapes.in(weights, "cap_embedder.1");
    sinusoids = new Sinusoids((int) LayerShapes.in(weights, "t_embedder.mlp.0"), true, 0);
    time = weights.at("t_embedder.mlp").parameters("0.weight", "0.bias", "2.weight", "2.bias");
    patches = weights.parameters(PATCHES + ".weight", PATCHES + ".bias", "x_pad_token");
    words =
        weights.parameters(
            "cap_embedder.0.weight",
            "cap_embedder.1.weight",
            "cap_embedder.1.bias",
            "cap_pad_token");
    output =
        weights.parameters(
            MODULATION + ".weight",
            MODULATION + ".bias",
            OUTPUT + ".linear.weight",
            OUTPUT + ".linear.bias");
    for (Weights block : weights.each("context_refiner")) {
      wordBlocks.add(new ZImageBlock(block, config, width, 0));
    }
    for (Weights block : weights.each("noise_refiner")) {
      imageBlocks.add(new ZImageBlock(block, config, width, timeWidth));
    }
    for (Weights block : weights.each("layers")) {
      blocks.add(new ZImageBlock(block, config, width, timeWidth));
    }
  }

  private static void requireShapes(Weights weights, long width, long timeWidth)
      throws IOException {
    long hidden = LayerShapes.out(weights, "t_embedder.mlp.0");
    long numbers = LayerShapes.in(weights, PATCHES);
    LayerShapes.requireLinear(weights, "t_embedder.mlp.2", timeWidth, hidden);
    LayerShapes.requireLinear(weights, PATCHES, width, numbers);
    LayerShapes.requireLinear(weights, OUTPUT + ".linear", numbers, width);
    LayerShapes.requireLinear(weights, MODULATION, width, timeWidth);
    LayerShapes.requireLinear(
        weights, "cap_embedder.1", width, LayerShapes.in(weights, "cap_embedder.1"));
    weights.requireShape("cap_embedder.0.weight", LayerShapes.in(weights, "cap_embedder.1"));
    weights.requireShape("x_pad_token", 1, width);
    weights.requireShape("cap_pad_token", 1, width);
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing or left over, or the config asks for something that
   *     is not supported
   */
  static ZImageTransformer2DModel of(Weights weights, Config config) throws IOException {
    ZImageTransformer2DModel transformer = new ZImageTransformer2DModel(weights, config);
    weights.requireAllRead("The transformer");
    return transformer;
  }

  /** Returns the number of channels of latents. */
  int channels() {
    return channels;
  }

  /** Returns how many numbers it takes for a token of a prompt. */
  int stateWidth() {
    return stateWidth;
  }

  /**
   * Refines the words of prompts of one length, which no time and no image changes.
   *
   * @param states of the text encoder, {@code [b, n, s]}, in the network's precision
   * @param owner owns the result
   * @return {@code [b, m, d]}, m being n filled up to a multiple of 32
   */
  NDArray words(NDArray states, NDManager owner) {
    int tokens = (int) states.getShape().get(1);
    int more = ZImagePlaces.more(tokens);
    try (NDManager local = owner.newSubManager()) {
      NDArray angles = config.axes().angles(ZImagePlaces.ofWords(tokens + more), kernels, local);
      NDArray h = own.words(states, words, config.eps(), more);
      h.attach(local);
      for (ZImageBlock block : wordBlocks) h = block.forward(h, null, angles);
      h.attach(owner);
      return h;
    }
  }

  /**
   * The turns of tokens by their places.
   *
   * @param image of the image's tokens, {@code [2, n, k/2]}
   * @param all of these with the words behind them, {@code [2, n + m, k/2]}
   */
  record Angles(NDArray image, NDArray all) {}

  /**
   * Computes the angles of all tokens.
   *
   * @param words how many there are, filled up
   * @param height of the latents, even
   * @param width of the latents, even
   * @param owner owns the result
   */
  Angles angles(int words, int height, int width, NDManager owner) {
    List<int[]> image = ZImagePlaces.ofImage(words, height / PATCH, width / PATCH);
    List<int[]> all = new ArrayList<>(image);
    all.addAll(ZImagePlaces.ofWords(words));
    return new Angles(
        config.axes().angles(image, kernels, owner), config.axes().angles(all, kernels, owner));
  }

  /**
   * Predicts.
   *
   * @param x noisy latents, {@code [b, c, h, w]}, float32, h and w even
   * @param time 0 (noise) … 1 (data)
   * @param refined words as {@link #words} gives them, one entry for each of x
   * @param angles as {@link #angles} gives them for these words and this size
   * @return the velocity noise − data, {@code [b, c, h, w]}, float32, of the manager of x
   */
  NDArray forward(NDArray x, float time, NDArray refined, Angles angles) {
    int height = (int) x.getShape().get(2) / PATCH;
    int width = (int) x.getShape().get(3) / PATCH;
    try (NDManager local = x.getManager().newSubManager()) {
      NDArray temb = embedded(time, local);
      NDArray h = own.patches(local, x, patches, ZImagePlaces.more(height * width));
      for (ZImageBlock block : imageBlocks) h = block.forward(h, temb, angles.image());
      NDArray all = h.concat(refined, 1);
      h.close();
      for (ZImageBlock block : blocks) all = block.forward(all, temb, angles.all());
      return own.output(x.getManager(), all, temb, output, height, width);
    }
  }

  private NDArray embedded(float value, NDManager local) {
    float[] numbers = sinusoids.of((float) (value * config.timeScale()));
    return own.time(kernels.create(local, numbers, new Shape(1, numbers.length)), time);
  }
}
