/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion3;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of Stable Diffusion 3's transformer; the text is {@code sd3}. A result without an
 * owner among the arguments belongs to the first tensor's manager.
 */
final class SD3Kernels {

  private final KernelFunctions functions;

  SD3Kernels(Kernels kernels) {
    functions = kernels.functions(SD3Kernels.class, "sd3");
  }

  /**
   * Makes tokens of patches.
   *
   * @param latents {@code [b, c, rows p, columns p]}
   * @param w of the patches {@code [d, c, p, p]}, {@code [d]}, and the table of places {@code [1,
   *     side side, d]}, of whose middle as much is taken as there are patches
   * @param side of the table
   * @return {@code [b, rows columns, d]}
   */
  NDArray patches(NDArray latents, Parameters w, int side) {
    return functions.call(latents.getManager(), "sd3_patches", latents, w, side);
  }

  /**
   * Embeds time and whole prompts.
   *
   * @param owner of the result
   * @param pooled embeddings of whole prompts {@code [b, e]}
   * @param timestep 0 … 1000
   * @param time linear layers {@code [d, c]}, {@code [d]}, {@code [d, d]}, {@code [d]} of c cosines
   *     and sines
   * @param text as time, of e numbers
   * @return SiLU of the sum {@code [b, d]}
   */
  NDArray conditioning(
      NDManager owner, NDArray pooled, double timestep, Parameters time, Parameters text) {
    return functions.call(owner, "sd3_conditioning", pooled, timestep, time, text);
  }

  /**
   * Makes tokens of the prompts' states.
   *
   * @param states {@code [b, m, s]}
   * @param w {@code [d, s]} and {@code [d]}
   * @return {@code [b, m, d]}
   */
  NDArray context(NDArray states, Parameters w) {
    return functions.call(states.getManager(), "sd3_context", states, w);
  }

  /**
   * Joint attention and a feed-forward layer, each after a modulated norm, gated and added.
   *
   * @param x tokens of the picture {@code [b, n, d]}
   * @param c tokens of the prompt {@code [b, m, d]}
   * @param temb SiLU of the embedding of time and prompt {@code [b, d]}
   * @param wx of the picture: six modulations {@code [6 d, d]}, {@code [6 d]}, or nine with dual;
   *     queries, keys and values {@code [3 d, d]}, {@code [3 d]}, output {@code [d, d]}, {@code
   *     [d]}; linear layers {@code [e, d]}, {@code [e]}, {@code [d, e]}, {@code [d]}; in some
   *     models RMS norms of queries and keys of a head {@code [k]}, {@code [k]}
   * @param wc of the prompt, as wx with six modulations
   * @param dual a second attention of the picture: queries, keys and values, output and norms as in
   *     wx; empty in most models
   * @param heads of the attention
   * @param upcast whether attention is computed in float32
   * @return both kinds of tokens, of the same shapes
   */
  NDList block(
      NDArray x,
      NDArray c,
      NDArray temb,
      Parameters wx,
      Parameters wc,
      Parameters dual,
      int heads,
      boolean upcast) {
    return functions.callForAll(
        x.getManager(), "sd3_block", x, c, temb, wx, wc, dual, heads, upcast);
  }

  /**
   * As {@link #block} of the last block, in which the prompt is only looked at.
   *
   * @param wc of the prompt: scale and shift {@code [2 d, d]}, {@code [2 d]}, queries, keys and
   *     values {@code [3 d, d]}, {@code [3 d]}, in some models norms
   * @return the picture's tokens {@code [b, n, d]}
   */
  NDArray lastBlock(
      NDArray x,
      NDArray c,
      NDArray temb,
      Parameters wx,
      Parameters wc,
      Parameters dual,
      int heads,
      boolean upcast) {
    return functions.call(
        x.getManager(), "sd3_last_block", x, c, temb, wx, wc, dual, heads, upcast);
  }

  /**
   * Makes latents of tokens.
   *
   * @param x {@code [b, rows columns, d]}
   * @param temb {@code [b, d]}
   * @param w scale and shift {@code [2 d, d]}, {@code [2 d]}, and patches {@code [p p c, d]},
   *     {@code [p p c]}
   * @param rows of patches
   * @param columns of patches
   * @param side p of a patch
   * @return {@code [b, c, rows p, columns p]}, float32
   */
  NDArray end(NDArray x, NDArray temb, Parameters w, int rows, int columns, int side) {
    return functions.call(x.getManager(), "sd3_end", x, temb, w, rows, columns, side);
  }
}
