/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Parameters;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.nn.layers.LayerShapes;

/**
 * Embeds tokens and adds the embeddings of their positions. {@code [b][tokens]} → {@code [b,
 * tokens, d]}.
 */
final class CLIPTextEmbeddings {

  private static final String TOKENS = "token_embedding";
  private static final String POSITIONS = "position_embedding";

  private final TextKernels kernels;
  private final Parameters tables;
  private final long vocabulary;
  private final long positions;
  private final int width;

  /**
   * Builds the tables.
   *
   * @param weights the tables' place
   * @throws IOException if a tensor is missing or has another shape
   */
  CLIPTextEmbeddings(Weights weights) throws IOException {
    kernels = new TextKernels(weights.kernels());
    vocabulary = LayerShapes.out(weights, TOKENS);
    positions = LayerShapes.out(weights, POSITIONS);
    width = (int) LayerShapes.in(weights, TOKENS);
    weights.requireShape(POSITIONS + ".weight", positions, width);
    tables = weights.parameters(TOKENS + ".weight", POSITIONS + ".weight");
    weights.ignore("position_ids");
  }

  /** Returns the size of the vocabulary. */
  int vocabulary() {
    return (int) vocabulary;
  }

  /** Returns the largest number of tokens. */
  int positions() {
    return (int) positions;
  }

  /** Returns the width of an embedding. */
  int width() {
    return width;
  }

  /**
   * Embeds tokens.
   *
   * @param ids {@code [b][tokens]}; ids from the vocabulary's end on are learned tokens
   * @param learned embeddings of the learned tokens, {@code [n, d]}, float32, or null for none
   * @param manager owns the result
   * @return {@code [b, tokens, d]}
   * @throws IllegalArgumentException if an id or the number of tokens is out of range
   */
  NDArray forward(long[][] ids, NDArray learned, NDManager manager) {
    check(ids, vocabulary + (learned == null ? 0 : learned.getShape().get(0)));
    return learned == null
        ? kernels.textEmbeddings(manager.create(ids), tables)
        : kernels.learnedEmbeddings(manager.create(ids), tables, learned);
  }

  private void check(long[][] ids, long known) {
    for (long[] row : ids) {
      if (row.length > positions) {
        throw new IllegalArgumentException(
            "The text encoder takes up to " + positions + " tokens, but got " + row.length + ".");
      }
      for (long id : row) {
        if (id < 0 || id >= known) {
          throw new IllegalArgumentException(
              "The tokenizer gives the token "
                  + id
                  + ", but the text encoder knows only "
                  + vocabulary
                  + ": they belong to different models.");
        }
      }
    }
  }
}
