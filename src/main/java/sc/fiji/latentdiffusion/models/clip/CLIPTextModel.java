/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.TensorKernels;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;
import sc.fiji.latentdiffusion.settings.Config;

/** CLIP's text encoder (Radford et al. 2021): a transformer with causal attention. */
public final class CLIPTextModel {

  private static final String PROJECTION = "text_projection";
  private static final String LAYERS = "encoder.layers";

  private final TensorKernels tensors;
  private final TextKernels kernels;
  private final CLIPTextEmbeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();
  private final Parameters finalLayerNorm;
  private final Parameters projection;
  private final boolean transposed;
  private final int projectedWidth;
  private final double eps;

  private CLIPTextModel(Weights top, Weights weights, Config config) throws IOException {
    tensors = weights.kernels().tensors();
    kernels = new TextKernels(weights.kernels());
    eps = CLIPEncoderLayer.eps(config);
    embeddings = new CLIPTextEmbeddings(weights.at("embeddings"));
    for (Weights layer : layers(weights, config)) {
      layers.add(new CLIPEncoderLayer(layer, config, width()));
    }
    LayerShapes.requireNorm(weights, "final_layer_norm", width());
    finalLayerNorm = weights.parameters("final_layer_norm.weight", "final_layer_norm.bias");
    transposed = !top.has(PROJECTION + ".weight") && top.has(PROJECTION);
    projectedWidth = projectedWidth(top);
    projection =
        top.has(PROJECTION) ? top.parameters(PROJECTION + (transposed ? "" : ".weight")) : null;
  }

  /** Returns as many layers as the config asks for; the weights' further layers are ignored. */
  private static List<Weights> layers(Weights weights, Config config) throws IOException {
    List<Weights> all = weights.each(LAYERS);
    int asked = config.integer("num_hidden_layers", all.size());
    if (asked < 1 || asked > all.size()) {
      throw new IOException(
          "The text encoder's config asks for num_hidden_layers = "
              + asked
              + ", its weights have "
              + all.size()
              + ": config and weights belong to different models.");
    }
    for (int i = asked; i < all.size(); i++) weights.ignoreAll(LAYERS + "." + i);
    return all.subList(0, asked);
  }

  private int projectedWidth(Weights top) throws IOException {
    if (!top.has(PROJECTION)) return 0;
    if (transposed) {
      top.requireShape(PROJECTION, width(), Weights.ANY);
      return (int) top.shape(PROJECTION)[1];
    }
    top.requireShape(PROJECTION + ".weight", Weights.ANY, width());
    return (int) LayerShapes.out(top, PROJECTION);
  }

  /**
   * Builds the network.
   *
   * @param weights its tensors, with or without {@code text_model.} before their names; with {@code
   *     text_projection.weight} or OpenCLIP's transpose of it, {@code text_projection}, or neither
   * @param config its {@code config.json}
   * @return the network
   * @throws IOException if a tensor is missing or left over, or the config has a value that is not
   *     supported
   */
  public static CLIPTextModel of(Weights weights, Config config) throws IOException {
    check(config);
    boolean prefixed = weights.has("text_model.encoder");
    weights.ignore("text_model.embeddings.position_ids"); // some files have it beside bare names
    Weights top = prefixed ? weights.at("text_model") : weights;
    CLIPTextModel model = new CLIPTextModel(weights, top, config);
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
    for (String key : List.of("architectures", "model_type")) {
      List<String> found = config.texts(key);
      boolean clip =
          found.stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("clip"));
      ConfigCheck.refuse(
          !found.isEmpty() && !clip, "The text encoder", key, String.join(", ", found));
    }
    CLIPEncoderLayer.check(config);
  }

  /** Returns the width of its states. */
  public int width() {
    return embeddings.width();
  }

  /** Returns the size of its vocabulary. */
  int vocabulary() {
    return embeddings.vocabulary();
  }

  /** Returns the number of layers. */
  public int layers() {
    return layers.size();
  }

  /** Returns the largest number of tokens. */
  public int maxLength() {
    return embeddings.positions();
  }

  /**
   * Encodes tokens with all layers.
   *
   * @param ids {@code [b][tokens]}
   * @param manager owns the result
   * @return the last hidden state after the final layer norm, {@code [b, tokens, d]}, float32
   */
  public NDArray forward(long[][] ids, NDManager manager) {
    return forward(ids, 0, null, manager);
  }

  /**
   * Encodes tokens without the last layers.
   *
   * @param ids {@code [b][tokens]}; ids from the vocabulary's end on are learned tokens
   * @param skip how many layers to skip: 0 none, 1 for the penultimate layer's state
   * @param learned embeddings of the learned tokens, {@code [n, d]}, float32, or null for none
   * @param manager owns the result
   * @return the hidden state after the final layer norm, {@code [b, tokens, d]}, float32
   * @throws IllegalArgumentException if an id, the number of tokens or skip is out of range
   */
  public NDArray forward(long[][] ids, int skip, NDArray learned, NDManager manager) {
    try (NDManager local = manager.newSubManager()) {
      NDArray h = hidden(ids, skip, learned, local);
      return kernels.layerNorm(manager, h, finalLayerNorm, eps);
    }
  }

  /**
   * Encodes tokens without the final layer norm, as for Stable Diffusion XL.
   *
   * @param ids {@code [b][tokens]}; ids from the vocabulary's end on are learned tokens
   * @param skip how many layers to skip: 1 for the penultimate layer's state
   * @param learned embeddings of the learned tokens, {@code [n, d]}, float32, or null for none
   * @param manager owns the result
   * @return the hidden state before the final layer norm, {@code [b, tokens, d]}, float32
   * @throws IllegalArgumentException if an id, the number of tokens or skip is out of range
   */
  public NDArray hiddenState(long[][] ids, int skip, NDArray learned, NDManager manager) {
    try (NDManager local = manager.newSubManager();
        NDArray h = hidden(ids, skip, learned, local)) {
      return tensors.cast(manager, h, Precision.FLOAT32);
    }
  }

  /**
   * Embeds whole texts: the last layer's state at each text's end token, projected if there is a
   * projection.
   *
   * @param ids {@code [b][tokens]}; ids from the vocabulary's end on are learned tokens
   * @param ends the end token's place in each row
   * @param learned embeddings of the learned tokens, {@code [n, d]}, float32, or null for none
   * @param manager owns the result
   * @return {@code [b, projection]}, or {@code [b, d]} without one, float32
   */
  public NDArray textEmbeds(long[][] ids, long[] ends, NDArray learned, NDManager manager) {
    try (NDManager local = manager.newSubManager()) {
      NDArray h = hidden(ids, 0, learned, local);
      NDArray places = local.create(ends);
      return projection == null
          ? kernels.textStates(manager, h, places, finalLayerNorm, eps)
          : kernels.textEmbeds(manager, h, places, finalLayerNorm, eps, projection, transposed);
    }
  }

  /** Returns the width of a whole text's projection; 0 if it has no projection. */
  public int projectedWidth() {
    return projectedWidth;
  }

  private NDArray hidden(long[][] ids, int skip, NDArray learned, NDManager local) {
    if (skip < 0 || skip >= layers.size()) {
      throw new IllegalArgumentException(
          "The text encoder has "
              + layers.size()
              + " layers; "
              + skip
              + " can't be skipped. Choose a smaller clipskip.");
    }
    NDArray h = embeddings.forward(ids, learned, local);
    for (Layer layer : layers.subList(0, layers.size() - skip)) {
      h = Layer.then(h, layer);
    }
    return h;
  }
}
