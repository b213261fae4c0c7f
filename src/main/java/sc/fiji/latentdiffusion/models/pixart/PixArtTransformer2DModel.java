/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * PixArt's transformer (Chen et al. 2023, arXiv:2310.00426, and 2024, arXiv:2403.04692): patches of
 * latents, whose places are sines and cosines, attend to one another and to the words of a prompt;
 * diffusers' {@code PixArtTransformer2DModel}.
 */
final class PixArtTransformer2DModel {

  /** How many sines and cosines stand for a number. */
  static final int WAVES = 256;

  private static final String NETWORK = "The transformer";
  private static final String PATCHES = "pos_embed.proj";
  private static final String TABLE = "scale_shift_table";
  private static final String EMBEDDINGS = "adaln_single.emb.";

  private final PixArtKernels kernels;
  private final PixArtConfig config;
  private final Parameters patches;
  private final Parameters time;
  private final Parameters modulation;
  private final Parameters words;
  private final Parameters end;
  private final List<Parameters> sizes = new ArrayList<>();
  private final List<PixArtBlock> blocks = new ArrayList<>();
  private final int patch;
  private final int channels;
  private final int stateWidth;

  private PixArtTransformer2DModel(Weights weights, Config settings) throws IOException {
    config = PixArtConfig.of(settings);
    kernels = new PixArtKernels(weights.kernels());
    weights.requireShape(PATCHES + ".weight", Weights.ANY, Weights.ANY, Weights.ANY, Weights.ANY);
    long[] shape = weights.shape(PATCHES + ".weight");
    long width = shape[0];
    channels = (int) shape[1];
    patch = (int) shape[2];
    ConfigCheck.requireDivisor("num_attention_heads", width, config.heads());
    LayerShapes.requireConv(weights, PATCHES, width, channels, patch);
    patches = weights.parameters(PATCHES + ".weight", PATCHES + ".bias");
    time = layers(weights, EMBEDDINGS + "timestep_embedder", width, WAVES);
    if (config.takesSizes()) {
      sizes.add(layers(weights, EMBEDDINGS + "resolution_embedder", width / 3, WAVES));
      sizes.add(layers(weights, EMBEDDINGS + "aspect_ratio_embedder", width / 3, WAVES));
    }
    LayerShapes.requireLinear(weights, "adaln_single.linear", 6 * width, width);
    modulation = weights.parameters("adaln_single.linear.weight", "adaln_single.linear.bias");
    stateWidth = (int) LayerShapes.in(weights, "caption_projection.linear_1");
    words = layers(weights, "caption_projection", width, stateWidth);
    addBlocks(weights, settings, width);
    end = end(weights, width);
  }

  /** Two linear layers, as wide in between as behind. */
  private static Parameters layers(Weights weights, String place, long out, long in)
      throws IOException {
    LayerShapes.requireLinear(weights, place + ".linear_1", out, in);
    LayerShapes.requireLinear(weights, place + ".linear_2", out, out);
    return weights
        .at(place)
        .parameters("linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias");
  }

  private void addBlocks(Weights weights, Config settings, long width) throws IOException {
    for (Weights block : weights.each("transformer_blocks")) {
      blocks.add(new PixArtBlock(block, config, width));
    }
    int asked = settings.integer("num_layers", blocks.size());
    if (asked == blocks.size()) return;
    throw new IOException(
        "The transformer's config asks for num_layers = "
            + asked
            + ", its weights have "
            + blocks.size()
            + ": the file is cut off, or config and weights belong to different models.");
  }

  /** The network predicts noise alone, or its variance behind it. */
  private Parameters end(Weights weights, long width) throws IOException {
    long own = (long) patch * patch * channels;
    long out = LayerShapes.out(weights, "proj_out");
    LayerShapes.requireLinear(weights, "proj_out", out == 2 * own ? out : own, width);
    weights.requireShape(TABLE, 2, width);
    return weights.parameters(TABLE, "proj_out.weight", "proj_out.bias");
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing or left over, or the config asks for something that
   *     is not supported
   */
  static PixArtTransformer2DModel of(Weights weights, Config config) throws IOException {
    PixArtTransformer2DModel transformer = new PixArtTransformer2DModel(weights, config);
    weights.requireAllRead(NETWORK);
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

  /** Returns whether it takes the picture's size and aspect ratio. */
  boolean takesSizes() {
    return config.takesSizes();
  }

  /**
   * Makes tokens of the prompts' states, the same at every step.
   *
   * @param states {@code [b, m, s]}
   * @param owner owns the result
   * @return {@code [b, m, d]}
   */
  NDArray words(NDArray states, NDManager owner) {
    NDArray tokens = kernels.words(states, words);
    tokens.attach(owner);
    return tokens;
  }

  /**
   * Predicts the noise.
   *
   * @param x noisy latents, {@code [b, c, h, w]}, float32, h and w multiples of a patch's side
   * @param timestep 0 … 1000
   * @param tokens of the prompts, as {@link #words} makes them; stay open
   * @param penalties 0 for words, −∞ for what fills up, {@code [b, 1, 1, m]} or {@code [1, 1, 1,
   *     m]}
   * @param waves sines and cosines of the picture's height, width and aspect ratio, {@code [b, 3 ·
   *     256]}; null for a network that takes none
   * @return {@code [b, c, h, w]}, float32, of the manager of x
   */
  NDArray forward(NDArray x, double timestep, NDArray tokens, NDArray penalties, NDArray waves) {
    int rows = (int) x.getShape().get(2) / patch;
    int columns = (int) x.getShape().get(3) / patch;
    int base = config.sampleSize() / patch;
    try (NDManager local = x.getManager().newSubManager()) {
      NDArray temb = embedded(timestep, waves, local);
      NDArray shared = kernels.modulation(temb, modulation);
      NDArray h = kernels.patches(local, x, patches, base, config.interpolationScale());
      for (PixArtBlock block : blocks) {
        h = Layer.then(h, before -> block.forward(before, tokens, penalties, shared));
      }
      return kernels.end(x.getManager(), h, temb, end, rows, columns, patch, channels);
    }
  }

  private NDArray embedded(double timestep, NDArray waves, NDManager local) {
    return sizes.isEmpty()
        ? kernels.time(local, timestep, time)
        : kernels.sizedTime(local, waves, timestep, time, sizes.get(0), sizes.get(1));
  }
}
