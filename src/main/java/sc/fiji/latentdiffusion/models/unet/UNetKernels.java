/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of a U-Net beside its convolutions; the text is {@code unet}. A result without an
 * owner among the arguments belongs to the first tensor's manager.
 */
public final class UNetKernels {

  private final KernelFunctions functions;

  public UNetKernels(Kernels kernels) {
    functions = kernels.functions(UNetKernels.class, "unet");
  }

  /**
   * Two linear layers with SiLU between and after them.
   *
   * @param owner of the result
   * @param x sines and cosines {@code [1, c]}
   * @param w {@code [d, c]}, {@code [d]}, {@code [d, d]} and {@code [d]}
   * @return SiLU of the embedding, {@code [1, d]}
   */
  public NDArray timeEmbedding(NDManager owner, NDArray x, Parameters w) {
    return functions.call(owner, "time_embedding", x, w);
  }

  /**
   * The embedding of the timestep plus that of a class.
   *
   * @param owner of the result
   * @param x sines and cosines {@code [1 or b, c]}
   * @param w as {@link #timeEmbedding} takes it
   * @param label the class's embedding {@code [1, d]}
   * @return SiLU of the sum, {@code [1 or b, d]}
   */
  public NDArray timeAndClass(NDManager owner, NDArray x, Parameters w, NDArray label) {
    return functions.call(owner, "time_and_class", x, w, label);
  }

  /**
   * Adds the guidance scale's projection to the sines and cosines of the timestep.
   *
   * @param owner of the result
   * @param x {@code [1, c]}
   * @param y {@code [1, n]}
   * @param w {@code [c, n]}
   * @return {@code x + y · wᵀ}, {@code [1, c]}
   */
  public NDArray plusProjected(NDManager owner, NDArray x, NDArray y, NDArray w) {
    return functions.call(owner, "plus_projected", x, y, w);
  }

  /**
   * The embedding of the timestep plus that of the whole prompt and of sizes.
   *
   * @param owner of the result
   * @param x sines and cosines {@code [1, c]}
   * @param w as {@link #timeEmbedding} takes it
   * @param added {@code [b, n]}
   * @param v {@code [d, n]}, {@code [d]}, {@code [d, d]} and {@code [d]}
   * @return SiLU of the sum, {@code [b, d]}
   */
  public NDArray addedEmbedding(
      NDManager owner, NDArray x, Parameters w, NDArray added, Parameters v) {
    return functions.call(owner, "added_embedding", x, w, added, v);
  }

  /**
   * Makes tokens of pixels.
   *
   * @param x {@code [b, c, h, w]}
   * @param w of the norm {@code [c]} and {@code [c]}, of a linear layer or a convolution of one
   *     pixel {@code [d, c]} and {@code [d]}
   * @param groups of the norm
   * @param eps of the norm
   * @return {@code [b, h · w, d]}
   */
  public NDArray projectIn(NDArray x, Parameters w, int groups, double eps) {
    return functions.call(x.getManager(), "project_in", x, w, groups, eps);
  }

  /**
   * Makes pixels of tokens.
   *
   * @param tokens {@code [b, h · w, d]}
   * @param residual {@code [b, c, h, w]}, added to them
   * @param w of a linear layer or a convolution of one pixel {@code [c, d]} and {@code [c]}
   * @return {@code [b, c, h, w]}
   */
  public NDArray projectOut(NDArray tokens, NDArray residual, Parameters w) {
    return functions.call(tokens.getManager(), "project_out", tokens, residual, w);
  }

  /**
   * The keys and values of one cross-attention.
   *
   * @param states of prompts {@code [b, m, s]}
   * @param w {@code [2 d, s]} and, in some models, {@code [2 d]}
   * @return {@code [b, m, 2 d]}, keys first
   */
  public NDArray keysAndValues(NDArray states, Parameters w) {
    return functions.call(states.getManager(), "keys_and_values", states, w);
  }

  /**
   * Self-attention, cross-attention and a feed-forward layer, each after a layer norm and added to
   * its input.
   *
   * @param x tokens {@code [b, n, d]}
   * @param seen keys and values of prompts {@code [b, m, 2 d]}
   * @param norms weight and bias {@code [d]} of three norms
   * @param attn1 queries, keys and values {@code [3 d, d]}, output {@code [d, d]} and its bias
   *     {@code [d]}; in some models also the inputs' bias {@code [3 d]}
   * @param attn2 as attn1, queries alone: {@code [d, d]}
   * @param ff values {@code [e, d]}, {@code [e]}, gates {@code [e, d]}, {@code [e]}, output {@code
   *     [d, e]}, {@code [d]}
   * @param heads of both attentions
   * @param upcast whether attention is computed in float32
   * @return {@code [b, n, d]}
   */
  public NDArray transformerBlock(
      NDArray x,
      NDArray seen,
      Parameters norms,
      Parameters attn1,
      Parameters attn2,
      Parameters ff,
      int heads,
      boolean upcast) {
    return functions.call(
        x.getManager(), "transformer_block", x, seen, norms, attn1, attn2, ff, heads, upcast);
  }

  /**
   * As {@link #transformerBlock}, with cross-attention in place of self-attention.
   *
   * @param x tokens {@code [b, n, d]}
   * @param seen1 keys and values for the first attention {@code [b, m, 2 d]}
   * @param seen2 keys and values for the second attention {@code [b, m, 2 d]}
   * @param attn1 as attn2
   * @return {@code [b, n, d]}
   */
  public NDArray onlyCrossTransformerBlock(
      NDArray x,
      NDArray seen1,
      NDArray seen2,
      Parameters norms,
      Parameters attn1,
      Parameters attn2,
      Parameters ff,
      int heads,
      boolean upcast) {
    return functions.call(
        x.getManager(),
        "only_cross_transformer_block",
        x,
        seen1,
        seen2,
        norms,
        attn1,
        attn2,
        ff,
        heads,
        upcast);
  }

  /**
   * The attention of pixels to words in a block's second attention, softmax in float32, mean over
   * heads, resized bilinearly to the latents. It computes the first attention again.
   *
   * @param x tokens {@code [b, n, d]}
   * @param seen1 keys and values for the first attention, if it looks at the prompt; else null
   * @param seen2 keys and values for the second attention {@code [b, m, 2 d]}
   * @param norms as {@link #transformerBlock} takes them
   * @param attn1 as {@link #transformerBlock} or {@link #onlyCrossTransformerBlock} takes it
   * @param attn2 as {@link #transformerBlock} takes it
   * @param upcast whether the first attention is computed in float32
   * @param probe says which part of the batch, how many words, and all sizes
   * @return {@code [part of b, words, h, w]}, float32
   */
  NDArray attentionToWords(
      NDArray x,
      NDArray seen1,
      NDArray seen2,
      Parameters norms,
      Parameters attn1,
      Parameters attn2,
      int heads,
      boolean upcast,
      AttentionProbe probe) {
    boolean isCross = seen1 != null;
    NDArray seen = isCross ? seen1 : seen2;
    int first = probe.first();
    int words = probe.wish().tokens();
    int rows = probe.rows();
    int columns = probe.columns();
    int height = probe.height();
    int width = probe.width();
    return functions.call(
        x.getManager(),
        "attention_to_words",
        x,
        seen,
        isCross,
        seen2,
        norms,
        attn1,
        attn2,
        heads,
        upcast,
        first,
        words,
        rows,
        columns,
        height,
        width);
  }

  /**
   * The attention of one pixel to all in a block's first attention, softmax in float32, mean over
   * heads, times the number of pixels, resized bilinearly to the latents.
   *
   * @param x tokens {@code [b, n, d]}
   * @param norms as {@link #transformerBlock} takes them
   * @param attn1 as {@link #transformerBlock} takes it
   * @param probe says which part of the batch, which pixel, and all sizes
   * @return {@code [part of b, 1, h, w]}, float32
   */
  NDArray attentionOfPoint(
      NDArray x, Parameters norms, Parameters attn1, int heads, AttentionProbe probe) {
    int first = probe.first();
    int cell = probe.cell();
    int rows = probe.rows();
    int columns = probe.columns();
    int height = probe.height();
    int width = probe.width();
    return functions.call(
        x.getManager(),
        "attention_of_point",
        x,
        norms,
        attn1,
        heads,
        first,
        cell,
        rows,
        columns,
        height,
        width);
  }
}
