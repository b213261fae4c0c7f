/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.qwen3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.nn.layers.RotaryAxes;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * Qwen3 (Yang et al. 2025, arXiv:2505.09388) up to the layer before its last: RMS norms, also of
 * each head's queries and keys, grouped queries, rotary places, causal attention, SwiGLU. The last
 * layer, the norm behind it and the output layer are not read.
 */
public final class Qwen3Model {

  private static final String LAYERS = "layers";
  private static final String TABLE = "embed_tokens";

  private final Kernels kernels;
  private final Qwen3Kernels own;
  private final NDArray table;
  private final List<Qwen3Layer> layers = new ArrayList<>();
  private final Qwen3Config config;
  private final int vocabulary;
  private final int width;

  private Qwen3Model(Weights weights, Config settings) throws IOException {
    config = Qwen3Config.of(settings);
    kernels = weights.kernels();
    own = new Qwen3Kernels(kernels);
    vocabulary = (int) LayerShapes.out(weights, TABLE);
    width = (int) LayerShapes.in(weights, TABLE);
    table = weights.tensor(TABLE + ".weight");
    List<Weights> places = weights.each(LAYERS);
    int count = settings.integer("num_hidden_layers", places.size());
    if (count < 2 || count > places.size()) {
      throw new IOException(
          "The text encoder's config asks for num_hidden_layers = "
              + count
              + ", its weights have "
              + places.size()
              + ": config and weights belong to different models.");
    }
    for (Weights layer : places.subList(0, count - 1)) {
      layers.add(new Qwen3Layer(layer, config, width));
    }
    for (int i = count - 1; i < places.size(); i++) weights.ignoreAll(LAYERS + "." + i);
    weights.ignore("norm.weight");
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors, with or without {@code model.} before their names
   * @param config its {@code config.json}
   * @throws IOException if a tensor is missing or left over, or the config has a value that is not
   *     supported
   */
  public static Qwen3Model of(Weights weights, Config config) throws IOException {
    Weights top = weights.has("model." + LAYERS) ? weights.at("model") : weights;
    Qwen3Model model = new Qwen3Model(top, config);
    weights.ignore("lm_head.weight");
    weights.requireAllRead("The text encoder");
    return model;
  }

  /**
   * Checks the settings alone.
   *
   * @param config its {@code config.json}
   * @throws IOException if they are those of a network of another kind, or ask for something that
   *     is not supported, naming it
   */
  public static void check(Config config) throws IOException {
    Qwen3Config.of(config);
  }

  /** Returns the width of its states. */
  public int width() {
    return width;
  }

  /**
   * Encodes the tokens of one text.
   *
   * @param ids below the size of the vocabulary, at least one
   * @param owner owns the result
   * @return the state before the last layer, {@code [1, tokens, d]}, float32
   * @throws IllegalArgumentException if an id is out of range
   */
  public NDArray forward(long[] ids, NDManager owner) {
    requireKnown(ids);
    try (NDManager local = owner.newSubManager()) {
      NDArray angles = angles(ids.length, local);
      NDArray h = own.embeddings(local.create(new long[][] {ids}), table);
      for (Qwen3Layer layer : layers) {
        NDArray next = layer.forward(h, angles);
        h.close();
        h = next;
      }
      return kernels.tensors().cast(owner, h, Precision.FLOAT32);
    }
  }

  private NDArray angles(int tokens, NDManager owner) {
    RotaryAxes axis = new RotaryAxes(config.theta(), List.of(layers.get(0).headWidth()));
    List<int[]> places = IntStream.range(0, tokens).mapToObj(i -> new int[] {i}).toList();
    return axis.angles(places, kernels, owner);
  }

  private void requireKnown(long... ids) {
    for (long id : ids) {
      if (id >= 0 && id < vocabulary) continue;
      throw new IllegalArgumentException(
          "The tokenizer gives the token "
              + id
              + ", but the text encoder knows only "
              + vocabulary
              + ": they belong to different models.");
    }
  }
}
