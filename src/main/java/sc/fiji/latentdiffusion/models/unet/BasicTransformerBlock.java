/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.ConfigCheck;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Self-attention, cross-attention and a feed-forward layer with GEGLU (Shazeer 2020), each after a
 * layer norm and added to its input. {@code [b, tokens, c]} → the same.
 */
final class BasicTransformerBlock {

  private final UNetKernels kernels;
  private final Parameters norms;
  private final Parameters attn1;
  private final Parameters attn2;
  private final PromptProjection prompt1;
  private final PromptProjection prompt2;
  private final Parameters ff;
  private final int heads;
  private final boolean upcast;

  /**
   * Builds the block.
   *
   * @param weights the block's place
   * @param width of the tokens
   * @param heads of both attentions
   * @param onlyCross whether the first attention, too, looks at the prompt
   * @param upcast whether attention is computed in float32 in any case
   * @throws IOException if a tensor is missing or has another shape
   */
  BasicTransformerBlock(Weights weights, long width, int heads, boolean onlyCross, boolean upcast)
      throws IOException {
    ConfigCheck.requireDivisor("attention_head_dim", width, heads);
    requireShapes(weights, width, onlyCross);
    kernels = new UNetKernels(weights.kernels());
    norms =
        weights.parameters(
            "norm1.weight",
            "norm1.bias",
            "norm2.weight",
            "norm2.bias",
            "norm3.weight",
            "norm3.bias");
    attn1 = onlyCross ? toPrompt(weights.at("attn1")) : toItself(weights.at("attn1"));
    attn2 = toPrompt(weights.at("attn2"));
    prompt1 = onlyCross ? new PromptProjection(weights.at("attn1")) : null;
    prompt2 = new PromptProjection(weights.at("attn2"));
    ff = feedForward(weights.at("ff.net"));
    this.heads = heads;
    this.upcast = upcast || weights.kernels().attendsInFloat32(weights.precision());
  }

  private static void requireShapes(Weights weights, long width, boolean onlyCross)
      throws IOException {
    for (String norm : List.of("norm1", "norm2", "norm3")) {
      LayerShapes.requireNorm(weights, norm, width);
    }
    long seen = LayerShapes.in(weights, "attn2.to_k");
    requireAttention(weights.at("attn1"), width, onlyCross ? seen : width);
    requireAttention(weights.at("attn2"), width, seen);
    long hidden = LayerShapes.in(weights, "ff.net.2");
    LayerShapes.requireLinear(weights, "ff.net.0.proj", 2 * hidden, width);
    LayerShapes.requireLinear(weights, "ff.net.2", width, hidden);
  }

  private static void requireAttention(Weights weights, long width, long seen) throws IOException {
    LayerShapes.requireLinear(weights, "to_q", width, width);
    LayerShapes.requireLinear(weights, "to_k", width, seen);
    LayerShapes.requireLinear(weights, "to_v", width, seen);
    LayerShapes.requireLinear(weights, "to_out.0", width, width);
  }

  /** Values' and gates' weight and bias, then the second layer's. */
  private static Parameters feedForward(Weights weights) throws IOException {
    List<NDArray> weight = weights.packedHalves("0.proj.weight");
    List<NDArray> bias = weights.packedHalves("0.proj.bias");
    return weights.parameters(
        List.of(
            weight.get(0),
            bias.get(0),
            weight.get(1),
            bias.get(1),
            weights.packedTensor("2.weight"),
            weights.packedTensor("2.bias")));
  }

  /** The layers of self-attention: queries, keys and values in one product, and the output. */
  private static Parameters toItself(Weights weights) throws IOException {
    return attention(weights, "to_q", "to_k", "to_v");
  }

  /** The layers of cross-attention: queries and output; {@link PromptProjection} has the others. */
  private static Parameters toPrompt(Weights weights) throws IOException {
    return attention(weights, "to_q");
  }

  private static Parameters attention(Weights weights, String... inputs) throws IOException {
    List<NDArray> tensors = new ArrayList<>();
    tensors.add(weights.packedTogether(named(inputs, ".weight")));
    tensors.add(weights.packedTensor("to_out.0.weight"));
    tensors.add(weights.packedTensor("to_out.0.bias"));
    if (weights.has("to_q.bias")) tensors.add(weights.packedTogether(named(inputs, ".bias")));
    return weights.parameters(tensors);
  }

  private static String[] named(String[] layers, String end) {
    return Stream.of(layers).map(layer -> layer + end).toArray(String[]::new);
  }

  /**
   * @param x {@code [b, tokens, c]}
   * @param context keeps the keys and values of the prompts
   * @return {@code [b, tokens, c]}, of the manager of x
   */
  NDArray forward(NDArray x, KeyValueCache context) {
    NDArray seen = prompt2.of(context);
    if (context.probe() != null) show(x, seen, context);
    return prompt1 == null
        ? kernels.transformerBlock(x, seen, norms, attn1, attn2, ff, heads, upcast)
        : kernels.onlyCrossTransformerBlock(
            x, prompt1.of(context), seen, norms, attn1, attn2, ff, heads, upcast);
  }

  /** Computes the probabilities of both attentions beside the run, of that part of the batch. */
  private void show(NDArray x, NDArray seen, KeyValueCache context) {
    AttentionProbe probe = context.probe();
    if (probe.wish().tokens() > 0) {
      NDArray first = prompt1 == null ? null : prompt1.of(context);
      probe.addWords(
          kernels.attentionToWords(x, first, seen, norms, attn1, attn2, heads, upcast, probe));
    }
    if (probe.wish().point().isPresent() && prompt1 == null) {
      probe.addPoint(kernels.attentionOfPoint(x, norms, attn1, heads, probe));
    }
  }
}
