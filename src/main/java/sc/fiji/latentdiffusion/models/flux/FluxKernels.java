/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.flux;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of FLUX.1's transformer; the text is {@code flux}. Sizes: tokens of d channels, in
 * heads of k; n patches, m tokens of text. Results without an owner among the arguments belong to
 * the first tensor's manager.
 */
final class FluxKernels {

  private final KernelFunctions functions;

  FluxKernels(Kernels kernels) {
    functions = kernels.functions(FluxKernels.class, "flux");
  }

  /**
   * Embeds time, the whole prompt and the scale of guidance.
   *
   * @param owner of the result
   * @param text of the whole prompt, {@code [b, p]}
   * @param w two linear layers {@code [d, c], [d], [d, d], [d]} for time, for text, and for the
   *     scale if there are such
   * @param time 0 … 1000
   * @param scale of guidance, times 1000
   * @return SiLU of the sum, {@code [b, d]}
   */
  NDArray conditioning(NDManager owner, NDArray text, Parameters w, double time, double scale) {
    return functions.call(owner, "flux_conditioning", text, w, time, scale);
  }

  /**
   * Cuts latents into patches, which become tokens.
   *
   * @param owner of the result
   * @param x {@code [b, c, 2 h, 2 w]}
   * @param w {@code [d, 4 c], [d]}
   * @return {@code [b, h·w, d]}
   */
  NDArray patches(NDManager owner, NDArray x, Parameters w) {
    return functions.call(owner, "flux_patches", x, w);
  }

  /**
   * Turns the states of a prompt's words into tokens.
   *
   * @param owner of the result
   * @param states {@code [b, m, s]}
   * @param w {@code [d, s], [d]}
   * @return {@code [b, m, d]}
   */
  NDArray words(NDManager owner, NDArray states, Parameters w) {
    return functions.call(owner, "flux_words", states, w);
  }

  /**
   * Attention over image and text together, and a feed-forward layer for each, with weights of
   * their own; all scaled, shifted and gated by the conditioning.
   *
   * @param x {@code [b, n, d]}
   * @param text {@code [b, m, d]}
   * @param c {@code [b, d]}
   * @param w of image and text each: shifts, scales and gates {@code [6 d, d], [6 d]}; then
   *     queries, keys and values {@code [3 d, d], [3 d]}; norms of queries and keys {@code [k],
   *     [k]}; output {@code [d, d], [d]}; two linear layers {@code [e, d], [e], [d, e], [d]}
   * @param angles of the tokens, text first, {@code [2, m + n, k/2]}
   * @param heads of the attention
   * @param upcast whether attention is computed in float32
   * @return image {@code [b, n, d]} and text {@code [b, m, d]}
   */
  NDList doubleBlock(
      NDArray x, NDArray text, NDArray c, Parameters w, NDArray angles, int heads, boolean upcast) {
    return functions.callForAll(
        x.getManager(), "flux_double", x, text, c, w, angles, heads, upcast);
  }

  /**
   * Attention and a feed-forward layer side by side.
   *
   * @param x text, then image, {@code [b, m + n, d]}
   * @param c {@code [b, d]}
   * @param w shift, scale and gate {@code [3 d, d], [3 d]}; queries, keys and values {@code [3 d,
   *     d], [3 d]}; norms of queries and keys {@code [k], [k]}; a linear layer {@code [e, d], [e]};
   *     output {@code [d, d + e], [d]}
   * @param angles of the tokens, {@code [2, m + n, k/2]}
   * @param heads of the attention
   * @param upcast whether attention is computed in float32
   * @return {@code [b, m + n, d]}
   */
  NDArray singleBlock(
      NDArray x, NDArray c, Parameters w, NDArray angles, int heads, boolean upcast) {
    return functions.call(x.getManager(), "flux_single", x, c, w, angles, heads, upcast);
  }

  /**
   * Turns tokens back into latents.
   *
   * @param owner of the result
   * @param x {@code [b, m + n, d]}, the last {@code height · width} of them the patches
   * @param c {@code [b, d]}
   * @param w scale and shift {@code [2 d, d], [2 d]}, and a linear layer {@code [4 c, d], [4 c]}
   * @param height in patches
   * @param width in patches
   * @return {@code [b, c, 2 height, 2 width]}, float32
   */
  NDArray output(NDManager owner, NDArray x, NDArray c, Parameters w, int height, int width) {
    return functions.call(owner, "flux_output", x, c, w, height, width);
  }
}
