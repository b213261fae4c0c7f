/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.models.unet.TimestepEmbedding;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The transformer of Stable Diffusion 3 (Esser et al. 2024, arXiv:2403.03206): patches of latents
 * and states of a prompt are tokens, each kind with weights of its own, which attend jointly; time
 * and whole prompt modulate them.
 */
final class SD3Transformer2DModel {

  private static final String NETWORK = "The transformer";
  private static final int TIME_CHANNELS = 256;

  private final SD3Kernels kernels;
  private final Parameters patches;
  private final Parameters time;
  private final Parameters text;
  private final Parameters context;
  private final Parameters end;
  private final List<JointTransformerBlock> blocks = new ArrayList<>();
  private final int patch;
  private final int side;
  private final int channels;
  private final int statesWidth;
  private final int pooledWidth;

  private SD3Transformer2DModel(Weights weights, Config config) throws IOException {
    kernels = new SD3Kernels(weights.kernels());
    long[] proj = weights.shape("pos_embed.proj.weight");
    if (proj.length != 4) weights.requireShape("pos_embed.proj.weight", -1, -1, -1, -1);
    long width = proj[0];
    channels = (int) proj[1];
    patch = (int) proj[2];
    side = side(weights, width);
    patches =
        weights.parameters("pos_embed.proj.weight", "pos_embed.proj.bias", "pos_embed.pos_embed");
    time = embedding(weights.at("time_text_embed.timestep_embedder"), width);
    LayerShapes.requireLinear(
        weights, "time_text_embed.timestep_embedder.linear_1", width, TIME_CHANNELS);
    text = embedding(weights.at("time_text_embed.text_embedder"), width);
    pooledWidth = (int) LayerShapes.in(weights, "time_text_embed.text_embedder.linear_1");
    statesWidth = (int) LayerShapes.in(weights, "context_embedder");
    LayerShapes.requireLinear(weights, "context_embedder", width, statesWidth);
    context = weights.packed("context_embedder.weight", "context_embedder.bias");
    addBlocks(weights, config, width);
    LayerShapes.requireLinear(weights, "norm_out.linear", 2 * width, width);
    LayerShapes.requireLinear(weights, "proj_out", (long) patch * patch * channels, width);
    end =
        weights.packed(
            "norm_out.linear.weight", "norm_out.linear.bias", "proj_out.weight", "proj_out.bias");
  }

  /** The table of places is square and has a row for each. */
  private static int side(Weights weights, long width) throws IOException {
    long places = weights.shape("pos_embed.pos_embed")[1];
    long root = Math.round(Math.sqrt(places));
    weights.requireShape("pos_embed.pos_embed", 1, root * root, width);
    return (int) root;
  }

  private static Parameters embedding(Weights weights, long width) throws IOException {
    weights.requireShape("linear_2.bias", width);
    return TimestepEmbedding.layers(weights);
  }

  private void addBlocks(Weights weights, Config config, long width) throws IOException {
    int heads = config.integer("num_attention_heads", 18);
    for (Weights block : weights.each("transformer_blocks")) {
      blocks.add(new JointTransformerBlock(block, width, heads));
    }
    int asked = config.integer("num_layers", blocks.size());
    long last = blocks.stream().filter(JointTransformerBlock::isLast).count();
    boolean ends = last == 1 && blocks.get(blocks.size() - 1).isLast();
    if (asked == blocks.size() && ends) return;
    throw new IOException(
        "The transformer's config asks for num_layers = "
            + asked
            + ", its weights have "
            + blocks.size()
            + (ends ? "" : ", the last of which is not a last one")
            + ": the file is cut off, or config and weights belong to different models.");
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing or left over, or the config has a value that is not
   *     supported
   */
  static SD3Transformer2DModel of(Weights weights, Config config) throws IOException {
    check(config);
    SD3Transformer2DModel model = new SD3Transformer2DModel(weights, config);
    weights.requireAllRead(NETWORK);
    return model;
  }

  /**
   * Checks the settings alone.
   *
   * @throws IOException if they ask for something that is not supported, naming it
   */
  static void check(Config config) throws IOException {
    String norm = config.text("qk_norm", "rms_norm");
    ConfigCheck.refuse(!norm.equals("rms_norm"), NETWORK, "qk_norm", norm);
  }

  /** Returns the number of channels of the latents. */
  int channels() {
    return channels;
  }

  /** Returns the width of a token's state. */
  int statesWidth() {
    return statesWidth;
  }

  /** Returns how many numbers it takes of a whole prompt. */
  int pooledWidth() {
    return pooledWidth;
  }

  /**
   * Makes tokens of the prompts' states, the same at every step.
   *
   * @param states {@code [b, m, s]}
   * @param owner owns the result
   * @return {@code [b, m, d]}
   */
  NDArray context(NDArray states, NDManager owner) {
    NDArray tokens = kernels.context(states, context);
    tokens.attach(owner);
    return tokens;
  }

  /**
   * Predicts the velocity.
   *
   * @param latents {@code [b, c, h, w]}, float32, h and w multiples of a patch's side
   * @param timestep 0 … 1000
   * @param tokens of the prompts, as {@link #context} makes them; stay open
   * @param pooled embeddings of the whole prompts, {@code [b, e]}
   * @return {@code [b, c, h, w]}, float32, of the manager of latents
   * @throws IllegalArgumentException if there are more patches than places
   */
  NDArray forward(NDArray latents, double timestep, NDArray tokens, NDArray pooled) {
    int rows = count(latents, 2);
    int columns = count(latents, 3);
    NDManager owner = latents.getManager();
    try (NDManager local = owner.newSubManager()) {
      NDArray temb = kernels.conditioning(local, pooled, timestep, time, text);
      NDArray x = kernels.patches(latents, patches, side);
      x.attach(local);
      NDList both = new NDList(x, tokens);
      for (JointTransformerBlock block : blocks) {
        NDList next = block.forward(both, temb);
        both.stream().filter(array -> array != tokens).forEach(NDArray::close);
        both = next;
      }
      NDArray velocity = kernels.end(both.get(0), temb, end, rows, columns, patch);
      velocity.attach(owner);
      return velocity;
    }
  }

  private int count(NDArray latents, int axis) {
    int count = (int) latents.getShape().get(axis) / patch;
    if (count <= side) return count;
    throw new IllegalArgumentException(
        "The model knows places for "
            + side
            + " × "
            + side
            + " patches of "
            + patch
            + " pixels of the latents, but the latents have "
            + count
            + " in a row. Choose a smaller picture, or tiling.");
  }
}
