/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of Z-Image's transformer; the text is {@code zimage}. A result without an owner among
 * the arguments belongs to the first tensor's manager. Sizes: tokens of d channels, in heads of k;
 * the embedding of time has t numbers, states of the text encoder s.
 */
final class ZImageKernels {

  private final KernelFunctions functions;

  ZImageKernels(Kernels kernels) {
    functions = kernels.functions(ZImageKernels.class, "zimage");
  }

  /**
   * Embeds the time.
   *
   * @param x its sines and cosines, {@code [1, c]}
   * @param w two linear layers, {@code [e, c], [e], [t, e], [t]}
   * @return {@code [1, t]}
   */
  NDArray time(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "zimage_time", x, w);
  }

  /**
   * Cuts latents into patches, which become tokens.
   *
   * @param owner of the result
   * @param x {@code [b, c, 2 h, 2 w]}
   * @param w a linear layer {@code [d, 4 c], [d]}, and the token that fills up, {@code [1, d]}
   * @param more how many tokens fill up
   * @return {@code [b, h·w + more, d]}
   */
  NDArray patches(NDManager owner, NDArray x, Parameters w, int more) {
    return functions.call(owner, "zimage_patches", x, w, more);
  }

  /**
   * Turns the states of a prompt's words into tokens.
   *
   * @param states {@code [b, n, s]}
   * @param w a norm {@code [s]}, a linear layer {@code [d, s], [d]}, and the token that fills up,
   *     {@code [1, d]}
   * @param eps of the norm
   * @param more how many tokens fill up
   * @return {@code [b, n + more, d]}
   */
  NDArray words(NDArray states, Parameters w, double eps, int more) {
    return functions.call(states.getManager(), "zimage_words", states, w, eps, more);
  }

  /**
   * Self-attention and a gated feed-forward layer, each between two RMS norms and added to its
   * input.
   *
   * @param x {@code [b, n, d]}
   * @param w queries, keys and values {@code [3 d, d]}, norms of a head's queries and keys {@code
   *     [k]}, output {@code [d, d]}; norms {@code [d]} before and after attention, before and after
   *     the feed-forward layer; its gates and values {@code [e, d]} and output {@code [d, e]}
   * @param angles of the tokens, {@code [2, n, k/2]}
   * @param heads of the attention
   * @param eps of the norms of tokens
   * @param upcast whether attention is computed in float32
   * @return {@code [b, n, d]}
   */
  NDArray block(NDArray x, Parameters w, NDArray angles, int heads, double eps, boolean upcast) {
    return functions.call(x.getManager(), "zimage_block", x, w, angles, heads, eps, upcast);
  }

  /**
   * As {@link #block}, with scales and gates by time.
   *
   * @param temb {@code [1, t]}
   * @param w as there, and a linear layer {@code [4 d, t], [4 d]}
   */
  NDArray timedBlock(
      NDArray x,
      NDArray temb,
      Parameters w,
      NDArray angles,
      int heads,
      double eps,
      boolean upcast) {
    return functions.call(
        x.getManager(), "zimage_timed_block", x, temb, w, angles, heads, eps, upcast);
  }

  /**
   * Turns tokens back into latents.
   *
   * @param owner of the result
   * @param x {@code [b, n, d]}, the first {@code height · width} of them the patches, row by row
   * @param temb {@code [1, t]}
   * @param w a scale by time {@code [d, t], [d]}, and a linear layer {@code [4 c, d], [4 c]}
   * @param height in patches
   * @param width in patches
   * @return the negative of the layer's output, {@code [b, c, 2 height, 2 width]}, float32
   */
  NDArray output(NDManager owner, NDArray x, NDArray temb, Parameters w, int height, int width) {
    return functions.call(owner, "zimage_output", x, temb, w, height, width);
  }
}
