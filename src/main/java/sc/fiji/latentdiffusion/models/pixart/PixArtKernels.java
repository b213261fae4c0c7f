/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of PixArt's transformer; the text is {@code pixart}. A result without an owner among
 * the arguments belongs to the first tensor's manager. Sizes: tokens of d channels, states of the
 * text encoder of s numbers.
 */
final class PixArtKernels {

  private final KernelFunctions functions;

  PixArtKernels(Kernels kernels) {
    functions = kernels.functions(PixArtKernels.class, "pixart");
  }

  /**
   * Embeds the time.
   *
   * @param owner of the result
   * @param timestep 0 … 1000
   * @param w two linear layers, {@code [d, i], [d], [d, d], [d]}, of i sines and cosines
   * @return {@code [1, d]}
   */
  NDArray time(NDManager owner, double timestep, Parameters w) {
    return functions.call(owner, "pixart_time", timestep, w);
  }

  /**
   * Embeds the time and the size of pictures.
   *
   * @param owner of the result
   * @param sizes sines and cosines of height, width and aspect ratio, {@code [b, 3 i]}
   * @param timestep 0 … 1000
   * @param w as {@link #time} takes it
   * @param resolution two linear layers, {@code [d/3, i], [d/3], [d/3, d/3], [d/3]}
   * @param aspect two linear layers of the same shapes
   * @return {@code [b, d]}
   */
  NDArray sizedTime(
      NDManager owner,
      NDArray sizes,
      double timestep,
      Parameters w,
      Parameters resolution,
      Parameters aspect) {
    return functions.call(owner, "pixart_sized_time", sizes, timestep, w, resolution, aspect);
  }

  /**
   * Computes what modulates all blocks.
   *
   * @param temb embedding of the time, {@code [b, d]}
   * @param w {@code [6 d, d], [6 d]}
   * @return {@code [b, 6 d]}
   */
  NDArray modulation(NDArray temb, Parameters w) {
    return functions.call(temb.getManager(), "pixart_modulation", temb, w);
  }

  /**
   * Makes tokens of patches.
   *
   * @param owner of the result
   * @param x {@code [b, c, rows p, columns p]}
   * @param w {@code [d, c, p, p], [d]}
   * @param base patches in a row of the pictures that the model was trained with
   * @param scale by which places are divided
   * @return {@code [b, rows columns, d]}
   */
  NDArray patches(NDManager owner, NDArray x, Parameters w, int base, double scale) {
    return functions.call(owner, "pixart_patches", x, w, base, scale);
  }

  /**
   * Makes tokens of words.
   *
   * @param states {@code [b, m, s]}
   * @param w {@code [d, s], [d], [d, d], [d]}
   * @return {@code [b, m, d]}
   */
  NDArray words(NDArray states, Parameters w) {
    return functions.call(states.getManager(), "pixart_words", states, w);
  }

  /**
   * Self-attention and a feed-forward layer, each after a modulated norm, gated and added;
   * attention to the words between them.
   *
   * @param x {@code [b, n, d]}
   * @param words {@code [b, m, d]}
   * @param penalties 0 for words, −∞ for what fills up, {@code [b, 1, 1, m]} or {@code [1, 1, 1,
   *     m]}
   * @param modulation {@code [b, 6 d]} or {@code [1, 6 d]}
   * @param w the block's own modulations {@code [6, d]}; queries, keys and values {@code [3 d, d],
   *     [3 d]} and output {@code [d, d], [d]}; queries {@code [d, d], [d]}, keys and values of
   *     words {@code [2 d, d], [2 d]} and output {@code [d, d], [d]}; two linear layers {@code [e,
   *     d], [e], [d, e], [d]}
   * @param heads of both attentions
   * @param eps of the norms
   * @param upcast whether attention is computed in float32
   * @return {@code [b, n, d]}
   */
  NDArray block(
      NDArray x,
      NDArray words,
      NDArray penalties,
      NDArray modulation,
      Parameters w,
      int heads,
      double eps,
      boolean upcast) {
    return functions.call(
        x.getManager(), "pixart_block", x, words, penalties, modulation, w, heads, eps, upcast);
  }

  /**
   * Makes latents of tokens.
   *
   * @param owner of the result
   * @param x {@code [b, rows columns, d]}
   * @param temb embedding of the time, {@code [b, d]} or {@code [1, d]}
   * @param w shift and scale {@code [2, d]}, and patches {@code [p p o, d], [p p o]}
   * @param rows of patches
   * @param columns of patches
   * @param side p of a patch
   * @param channels of o that are wanted, the first ones
   * @return {@code [b, channels, rows p, columns p]}, float32
   */
  NDArray end(
      NDManager owner,
      NDArray x,
      NDArray temb,
      Parameters w,
      int rows,
      int columns,
      int side,
      int channels) {
    return functions.call(owner, "pixart_end", x, temb, w, rows, columns, side, channels);
  }
}
