/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.qwen3;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/** The kernels of Qwen3; the text is {@code qwen3}. Results belong to the first one's manager. */
final class Qwen3Kernels {

  private final KernelFunctions functions;

  Qwen3Kernels(Kernels kernels) {
    functions = kernels.functions(Qwen3Kernels.class, "qwen3");
  }

  /**
   * Embeds tokens.
   *
   * @param ids {@code [1, n]}, integers below v
   * @param table {@code [v, d]}
   * @return {@code [1, n, d]}
   */
  NDArray embeddings(NDArray ids, NDArray table) {
    return functions.call(ids.getManager(), "qwen3_embeddings", ids, table);
  }

  /**
   * Causal self-attention and a gated feed-forward layer, each after an RMS norm and added to its
   * input. Groups of neighbouring heads share keys and values.
   *
   * @param x {@code [b, n, d]}
   * @param w norm {@code [d]}; queries {@code [heads·k, d]}, keys and values {@code [groups·k, d]},
   *     output {@code [d, heads·k]}; norms of a head's queries and keys {@code [k]}; norm {@code
   *     [d]}; gates and values {@code [e, d]}, output {@code [d, e]}
   * @param angles of the tokens, {@code [2, n, k/2]}
   * @param shape of the layer
   * @param upcast whether attention is computed in float32
   * @return {@code [b, n, d]}
   */
  NDArray layer(NDArray x, Parameters w, NDArray angles, Qwen3Config shape, boolean upcast) {
    int heads = shape.heads();
    int groups = shape.groups();
    double eps = shape.eps();
    return functions.call(x.getManager(), "qwen3_layer", x, w, angles, heads, groups, eps, upcast);
  }
}
