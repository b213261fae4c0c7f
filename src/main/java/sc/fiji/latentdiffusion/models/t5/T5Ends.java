/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;

/** The parts of T5's encoder before and behind its layers: two tables and the final norm. */
final class T5Ends {

  private static final String TOKENS = "encoder.embed_tokens.weight";
  private static final String SHARED = "shared.weight";
  private static final String DISTANCES = T5EncoderModel.LAYERS + ".0." + T5Layer.DISTANCES;
  private static final String NORM = "encoder.final_layer_norm.weight";

  private final T5Kernels kernels;
  private final Parameters tokens;
  private final Parameters distances;
  private final Parameters norm;
  private final T5Config config;
  private final long vocabulary;
  private final long width;
  private final double logarithm;

  /**
   * Builds the parts.
   *
   * @param weights the encoder's place; a decoder may lie beside it
   * @throws IOException if a tensor is missing or left over, or has another shape
   */
  T5Ends(Weights weights, T5Config config) throws IOException {
    this.config = config;
    kernels = new T5Kernels(weights.kernels());
    String table = weights.has(SHARED) ? SHARED : TOKENS;
    weights.requireShape(table, Weights.ANY, Weights.ANY);
    vocabulary = weights.shape(table)[0];
    width = weights.shape(table)[1];
    tokens = weights.parameters(table);
    weights.ignore(TOKENS); // the same table
    weights.requireShape(DISTANCES, Weights.ANY, config.heads());
    long exact = weights.shape(DISTANCES)[0] / 4;
    requireFarther(exact);
    logarithm = Math.log((double) config.farthest() / exact);
    distances = weights.parameters(DISTANCES);
    weights.requireShape(NORM, width);
    norm = weights.parameters(NORM);
    weights.requireAllRead("The T5 text encoder", T5EncoderModel.LAYERS, "decoder", "lm_head");
  }

  private void requireFarther(long exact) throws IOException {
    if (exact > 0 && config.farthest() > exact) return;
    throw new IOException(
        "The T5 text encoder's config has relative_attention_max_distance = "
            + config.farthest()
            + ", its weights tell "
            + exact
            + " distances apart: config and weights belong to different models.");
  }

  long vocabulary() {
    return vocabulary;
  }

  long width() {
    return width;
  }

  /**
   * Embeds tokens.
   *
   * @param ids {@code [b][n]}
   * @param owner owns the result
   * @return {@code [b, n, d]}, float32
   */
  NDArray embedded(long[][] ids, NDManager owner) {
    return kernels.embeddings(owner.create(ids), tokens);
  }

  /** Returns the bias of distances between n tokens, {@code [1, heads, n, n]}. */
  NDArray bias(int n, NDManager owner) {
    return kernels.bias(owner, distances, n, logarithm);
  }

  /** Returns the final norm of {@code x [b, n, d]}, float32. */
  NDArray normed(NDArray x, NDManager owner) {
    return kernels.end(owner, x, norm, config.eps());
  }
}
