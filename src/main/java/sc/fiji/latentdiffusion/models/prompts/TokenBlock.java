/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.util.List;

/**
 * The tokens that a text encoder takes at once.
 *
 * @param ids start, the text's tokens, end, padding
 * @param tokens of the ids, as the vocabulary has them
 * @param weights of the tokens, 1 unless the prompt says otherwise
 * @param length number of tokens before the padding, start and end included
 */
public record TokenBlock(long[] ids, List<String> tokens, float[] weights, int length) {

  /** Returns the place of the end token. */
  public int end() {
    return length - 1;
  }

  /** Returns whether any token weighs other than 1. */
  public boolean isWeighted() {
    for (float weight : weights) {
      if (weight != 1) return true;
    }
    return false;
  }
}
