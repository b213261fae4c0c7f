/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/** The kernels of T5's encoder; the text is {@code t5}. */
final class T5Kernels {

  private final KernelFunctions functions;

  T5Kernels(Kernels kernels) {
    functions = kernels.functions(T5Kernels.class, "t5");
  }

  /**
   * Embeds tokens.
   *
   * @param ids {@code [b, n]}, integers below v
   * @param table {@code [v, d]}
   * @return {@code [b, n, d]}, float32
   */
  NDArray embeddings(NDArray ids, Parameters table) {
    return functions.call(ids.getManager(), "t5_embeddings", ids, table);
  }

  /**
   * The bias of attention by the distance of two tokens.
   *
   * @param owner of the result
   * @param table of distances {@code [buckets, heads]}
   * @param tokens n
   * @param logarithm of the farthest distance that counts, as a multiple of the nearest that shares
   *     its bucket with others
   * @return {@code [1, heads, n, n]}
   */
  NDArray bias(NDManager owner, Parameters table, int tokens, double logarithm) {
    return functions.call(owner, "t5_bias", table, tokens, logarithm);
  }

  /**
   * Self-attention and a feed-forward layer with gated GELU, each after a norm and added to its
   * input.
   *
   * @param x {@code [b, n, d]}, float32
   * @param bias {@code [1, heads, n, n]}
   * @param w weights of a norm {@code [d]}, of queries, keys and values {@code [heads e, d]}, their
   *     output {@code [d, heads e]}, of a norm {@code [d]}, of gates and values {@code [f, d]} and
   *     their output {@code [d, f]}
   * @param heads of the attention
   * @param eps of the norms
   * @return {@code [b, n, d]}, float32
   */
  NDArray layer(NDArray x, NDArray bias, Parameters w, int heads, double eps) {
    return functions.call(x.getManager(), "t5_layer", x, bias, w, heads, eps);
  }

  /**
   * The final norm.
   *
   * @param owner of the result
   * @param x {@code [b, n, d]}, float32
   * @param w {@code [d]}
   * @param eps of the norm
   * @return {@code [b, n, d]}, float32
   */
  NDArray end(NDManager owner, NDArray x, Parameters w, double eps) {
    return functions.call(owner, "t5_end", x, w, eps);
  }
}
