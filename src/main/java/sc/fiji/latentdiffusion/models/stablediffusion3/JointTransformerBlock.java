/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Joint attention of a picture's and a prompt's tokens, and a feed-forward layer for each kind
 * (Esser et al. 2024, arXiv:2403.03206, figure 2b). In the last block the prompt is only looked at.
 * Which norms and attentions there are, the weights tell.
 */
final class JointTransformerBlock {

  private static final String JOINT = "attn";
  private static final String DUAL = "attn2";

  private final SD3Kernels kernels;
  private final Parameters picture;
  private final Parameters prompt;
  private final Parameters dual;
  private final boolean isLast;
  private final int heads;
  private final boolean upcast;

  /**
   * Builds the block.
   *
   * @param weights the block's place
   * @param width of the tokens
   * @param heads of all attentions
   * @throws IOException if a tensor is missing or has another shape
   */
  JointTransformerBlock(Weights weights, long width, int heads) throws IOException {
    this.heads = heads;
    ConfigCheck.requireDivisor("num_attention_heads", width, heads);
    kernels = new SD3Kernels(weights.kernels());
    upcast = weights.kernels().attendsInFloat32(weights.precision());
    isLast = !weights.has("ff_context");
    picture = picture(weights, width);
    prompt = prompt(weights, width);
    dual = dual(weights, width);
  }

  private Parameters picture(Weights weights, long width) throws IOException {
    List<NDArray> tensors = linear(weights, "norm1.linear", modulations(weights) * width, width);
    tensors.addAll(inputs(weights.at(JOINT), "to_%s", width));
    tensors.addAll(linear(weights.at(JOINT), "to_out.0", width, width));
    tensors.addAll(feedForward(weights.at("ff"), width));
    tensors.addAll(norms(weights.at(JOINT), "norm_%s", width));
    return weights.parameters(tensors);
  }

  private static int modulations(Weights weights) {
    return weights.has(DUAL) ? 9 : 6;
  }

  private Parameters prompt(Weights weights, long width) throws IOException {
    int modulations = isLast ? 2 : 6;
    List<NDArray> tensors = linear(weights, "norm1_context.linear", modulations * width, width);
    tensors.addAll(inputs(weights.at(JOINT), "add_%s_proj", width));
    if (!isLast) {
      tensors.addAll(linear(weights.at(JOINT), "to_add_out", width, width));
      tensors.addAll(feedForward(weights.at("ff_context"), width));
    }
    tensors.addAll(norms(weights.at(JOINT), "norm_added_%s", width));
    return weights.parameters(tensors);
  }

  private Parameters dual(Weights weights, long width) throws IOException {
    if (!weights.has(DUAL)) return weights.parameters(List.of());
    Weights place = weights.at(DUAL);
    List<NDArray> tensors = inputs(place, "to_%s", width);
    tensors.addAll(linear(place, "to_out.0", width, width));
    tensors.addAll(norms(place, "norm_%s", width));
    return weights.parameters(tensors);
  }

  /** Queries, keys and values in one product. */
  private static List<NDArray> inputs(Weights weights, String name, long width) throws IOException {
    List<String> layers = Stream.of("q", "k", "v").map(name::formatted).toList();
    for (String layer : layers) LayerShapes.requireLinear(weights, layer, width, width);
    List<NDArray> tensors = new ArrayList<>();
    for (String end : List.of(".weight", ".bias")) {
      String[] names = layers.stream().map(layer -> layer + end).toArray(String[]::new);
      tensors.add(weights.packedTogether(names));
    }
    return tensors;
  }

  private static List<NDArray> linear(Weights weights, String layer, long out, long in)
      throws IOException {
    LayerShapes.requireLinear(weights, layer, out, in);
    List<NDArray> tensors = new ArrayList<>();
    tensors.add(weights.packedTensor(layer + ".weight"));
    tensors.add(weights.tensor(layer + ".bias"));
    return tensors;
  }

  private static List<NDArray> feedForward(Weights weights, long width) throws IOException {
    long hidden = LayerShapes.out(weights, "net.0.proj");
    List<NDArray> tensors = linear(weights, "net.0.proj", hidden, width);
    tensors.addAll(linear(weights, "net.2", width, hidden));
    return tensors;
  }

  /** RMS norms of the queries and keys of a head, if there are some. */
  private List<NDArray> norms(Weights weights, String name, long width) throws IOException {
    List<NDArray> tensors = new ArrayList<>();
    for (String part : List.of("q", "k")) {
      String norm = name.formatted(part);
      if (!weights.has(norm)) continue;
      weights.requireShape(norm + ".weight", width / heads);
      tensors.add(weights.tensor(norm + ".weight"));
    }
    return tensors;
  }

  /** Returns whether it is a last block, which gives no tokens of the prompt. */
  boolean isLast() {
    return isLast;
  }

  /**
   * @param tokens of picture {@code [b, n, d]} and prompt {@code [b, m, d]}
   * @param temb SiLU of the embedding of time and prompt {@code [b, d]}
   * @return both; the picture's alone if it is a last block
   */
  NDList forward(NDList tokens, NDArray temb) {
    NDArray x = tokens.get(0);
    NDArray c = tokens.get(1);
    return isLast
        ? new NDList(kernels.lastBlock(x, c, temb, picture, prompt, dual, heads, upcast))
        : kernels.block(x, c, temb, picture, prompt, dual, heads, upcast);
  }
}
