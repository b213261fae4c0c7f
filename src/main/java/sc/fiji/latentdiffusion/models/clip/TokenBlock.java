package sc.fiji.latentdiffusion.models.clip;

import java.util.List;

/**
 * As many tokens as a text encoder takes at once.
 *
 * @param ids start, the text's tokens, end, padding
 * @param tokens of the ids, as the vocabulary has them
 * @param weights of each of them, 1 where nothing was said
 * @param length how many come before the padding, start and end included
 */
public record TokenBlock(long[] ids, List<String> tokens, float[] weights, int length) {

  /** Returns the place of the end token. */
  int end() {
    return length - 1;
  }

  /** Returns whether any token weighs other than 1. */
  boolean isWeighted() {
    for (float weight : weights) {
      if (weight != 1) return true;
    }
    return false;
  }
}
