/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of the text encoder; the text is {@code text}. A result without an owner among the
 * arguments belongs to the first tensor's manager.
 */
final class TextKernels {

  private final KernelFunctions functions;

  TextKernels(Kernels kernels) {
    functions = kernels.functions(TextKernels.class, "text");
  }

  /**
   * Embeds tokens.
   *
   * @param ids {@code [b, n]}, integers below v
   * @param tables of tokens {@code [v, d]} and of positions {@code [p, d]}, {@code p ≥ n}
   * @return {@code [b, n, d]}
   */
  NDArray textEmbeddings(NDArray ids, Parameters tables) {
    return functions.call(ids.getManager(), "text_embeddings", ids, tables);
  }

  /**
   * Embeds tokens, some of them learned.
   *
   * @param ids {@code [b, n]}, integers below {@code v + l}
   * @param tables as {@link #textEmbeddings} takes them
   * @param learned embeddings of the ids from v on, {@code [l, d]}
   * @return {@code [b, n, d]}
   */
  NDArray learnedEmbeddings(NDArray ids, Parameters tables, NDArray learned) {
    return functions.call(ids.getManager(), "learned_embeddings", ids, tables, learned);
  }

  /**
   * Causal self-attention and a feed-forward layer, each after a layer norm and added to its input.
   *
   * @param x {@code [b, n, d]}
   * @param w weight and bias of a norm {@code [d]}, of queries, keys, values and output {@code [d,
   *     d]}, of a norm {@code [d]} and of two linear layers {@code [e, d]} and {@code [d, e]}
   * @param heads of the attention
   * @param eps of the norms
   * @param quick whether the activation is {@code x · sigmoid(1.702 x)} instead of GELU
   * @return {@code [b, n, d]}
   */
  NDArray textLayer(NDArray x, Parameters w, int heads, double eps, boolean quick) {
    return functions.call(x.getManager(), "text_layer", x, w, heads, eps, quick);
  }

  /**
   * The final layer norm.
   *
   * @param owner of the result
   * @param x {@code [b, n, d]}
   * @param norm {@code [d]} and {@code [d]}
   * @param eps of the norm
   * @return {@code [b, n, d]}, float32
   */
  NDArray layerNorm(NDManager owner, NDArray x, Parameters norm, double eps) {
    return functions.call(owner, "layer_norm", x, norm, eps);
  }

  /**
   * The states of the tokens that stand for whole texts.
   *
   * @param owner of the result
   * @param x {@code [b, n, d]}
   * @param ends places of those tokens, {@code [b]}
   * @param norm {@code [d]} and {@code [d]}
   * @param eps of the norm
   * @return {@code [b, d]}, float32
   */
  NDArray textStates(NDManager owner, NDArray x, NDArray ends, Parameters norm, double eps) {
    return functions.call(owner, "text_states", x, ends, norm, eps);
  }

  /**
   * Embeds whole texts: projects those states.
   *
   * @param owner of the result
   * @param x {@code [b, n, d]}
   * @param ends places of the tokens that stand for the texts, {@code [b]}
   * @param norm {@code [d]} and {@code [d]}
   * @param eps of the norm
   * @param projection {@code [e, d]}
   * @param transposed whether the projection is {@code [d, e]}
   * @return {@code [b, e]}, float32
   */
  NDArray textEmbeds(
      NDManager owner,
      NDArray x,
      NDArray ends,
      Parameters norm,
      double eps,
      Parameters projection,
      boolean transposed) {
    return functions.call(owner, "text_embeds", x, ends, norm, eps, projection, transposed);
  }
}
