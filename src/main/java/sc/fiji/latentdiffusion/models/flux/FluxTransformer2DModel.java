/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * FLUX.1's transformer (Black Forest Labs 2024): blocks in which the patches of the latents and the
 * words of a prompt have weights of their own and see each other, then blocks in which all are
 * alike; diffusers' {@code FluxTransformer2DModel}, packing and unpacking patches of 2 × 2
 * included.
 */
final class FluxTransformer2DModel {

  private static final String PATCHES = "x_embedder";
  private static final String WORDS = "context_embedder";
  private static final String OUTPUT = "proj_out";
  private static final String CONDITIONING = "time_text_embed";
  private static final int PATCH = 2;

  private final Kernels kernels;
  private final FluxKernels own;
  private final FluxConfig config;
  private final Parameters conditioning;
  private final Parameters patches;
  private final Parameters words;
  private final Parameters output;
  private final List<Parameters> doubleBlocks = new ArrayList<>();
  private final List<Parameters> singleBlocks = new ArrayList<>();
  private final boolean upcast;
  private final int channels;
  private final int stateWidth;
  private final int textWidth;

  private FluxTransformer2DModel(Weights weights, Config settings) throws IOException {
    config = FluxConfig.of(settings);
    kernels = weights.kernels();
    own = new FluxKernels(kernels);
    upcast = kernels.attendsInFloat32(weights.precision());
    long width = LayerShapes.out(weights, PATCHES);
    long numbers = LayerShapes.in(weights, PATCHES);
    ConfigCheck.requireDivisor("num_attention_heads", width, config.heads());
    channels = (int) numbers / (PATCH * PATCH);
    stateWidth = (int) LayerShapes.in(weights, WORDS);
    textWidth = (int) LayerShapes.in(weights, CONDITIONING + ".text_embedder.linear_1");
    conditioning = conditioning(weights.at(CONDITIONING), width);
    patches = linear(weights, PATCHES, width, numbers);
    words = linear(weights, WORDS, width, stateWidth);
    LayerShapes.requireLinear(weights, "norm_out.linear", 2 * width, width);
    LayerShapes.requireLinear(weights, OUTPUT, numbers, width);
    output =
        weights.parameters(
            "norm_out.linear.weight", "norm_out.linear.bias", OUTPUT + ".weight", OUTPUT + ".bias");
    int head = config.axes().headWidth();
    for (Weights block : weights.each("transformer_blocks")) {
      doubleBlocks.add(FluxBlocks.ofTwo(block, width, head));
    }
    for (Weights block : weights.each("single_transformer_blocks")) {
      singleBlocks.add(FluxBlocks.ofOne(block, width, head));
    }
  }

  private static Parameters linear(Weights weights, String layer, long out, long in)
      throws IOException {
    LayerShapes.requireLinear(weights, layer, out, in);
    return weights.parameters(layer + ".weight", layer + ".bias");
  }

  private Parameters conditioning(Weights weights, long width) throws IOException {
    List<String> embedders = new ArrayList<>(List.of("timestep_embedder", "text_embedder"));
    if (config.takesGuidance()) embedders.add("guidance_embedder");
    long waves = LayerShapes.in(weights, "timestep_embedder.linear_1");
    List<String> names = new ArrayList<>();
    for (String embedder : embedders) {
      long taken = embedder.equals("text_embedder") ? textWidth : waves;
      LayerShapes.requireLinear(weights, embedder + ".linear_1", width, taken);
      LayerShapes.requireLinear(weights, embedder + ".linear_2", width, width);
      for (String end : List.of("1.weight", "1.bias", "2.weight", "2.bias")) {
        names.add(embedder + ".linear_" + end);
      }
    }
    return weights.parameters(names.toArray(String[]::new));
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing or left over, or the config asks for something that
   *     is not supported
   */
  static FluxTransformer2DModel of(Weights weights, Config config) throws IOException {
    FluxTransformer2DModel transformer = new FluxTransformer2DModel(weights, config);
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

  /** Returns how many numbers it takes for a whole prompt. */
  int textWidth() {
    return textWidth;
  }

  /** Returns whether it takes the scale of guidance as an input. */
  boolean takesGuidance() {
    return config.takesGuidance();
  }

  /**
   * Turns the states of a prompt's words into tokens.
   *
   * @param states {@code [b, m, s]}, in the network's precision
   * @param owner owns the result
   * @return {@code [b, m, d]}
   */
  NDArray words(NDArray states, NDManager owner) {
    return own.words(owner, states, words);
  }

  /**
   * Computes the angles of all tokens: those of the text stand at 0, the patches in their rows and
   * columns.
   *
   * @param text how many tokens it has
   * @param height of the latents, even
   * @param width of the latents, even
   * @param owner owns the result
   * @return {@code [2, text + patches, k/2]}
   */
  NDArray angles(int text, int height, int width, NDManager owner) {
    List<int[]> places = new ArrayList<>(Collections.nCopies(text, new int[3]));
    for (int y = 0; y < height / PATCH; y++) {
      for (int x = 0; x < width / PATCH; x++) places.add(new int[] {0, y, x});
    }
    return config.axes().angles(places, kernels, owner);
  }

  /**
   * The inputs of a prediction that do not change from step to step.
   *
   * @param words as {@link #words} gives them
   * @param text of the whole prompts, {@code [b, p]}
   * @param scale of guidance; of no effect on a network that does not take it
   * @param angles as {@link #angles} gives them
   */
  record Prompted(NDArray words, NDArray text, double scale, NDArray angles) {}

  /**
   * Predicts.
   *
   * @param x noisy latents, {@code [b, c, h, w]}, float32, h and w even
   * @param timestep 0 (data) … 1000 (noise)
   * @param prompted the other inputs, one entry for each of x
   * @return the velocity noise − data, {@code [b, c, h, w]}, float32, of the manager of x
   */
  NDArray forward(NDArray x, double timestep, Prompted prompted) {
    int height = (int) x.getShape().get(2) / PATCH;
    int width = (int) x.getShape().get(3) / PATCH;
    try (NDManager local = x.getManager().newSubManager()) {
      double scale = (float) (1000 * prompted.scale());
      NDArray c = own.conditioning(local, prompted.text(), conditioning, timestep, scale);
      NDArray all = joined(own.patches(local, x, patches), c, prompted);
      for (Parameters block : singleBlocks) {
        NDArray next = own.singleBlock(all, c, block, prompted.angles(), config.heads(), upcast);
        all.close();
        all = next;
      }
      return own.output(x.getManager(), all, c, output, height, width);
    }
  }

  /** Runs the blocks of two; gives text, then image. */
  private NDArray joined(NDArray image, NDArray c, Prompted prompted) {
    NDArray x = image;
    NDArray text = prompted.words();
    for (Parameters block : doubleBlocks) {
      NDList both = own.doubleBlock(x, text, c, block, prompted.angles(), config.heads(), upcast);
      x.close();
      if (text != prompted.words()) text.close();
      x = both.get(0);
      text = both.get(1);
    }
    NDArray all = text.concat(x, 1);
    all.attach(x.getManager());
    x.close();
    if (text != prompted.words()) text.close();
    return all;
  }
}
