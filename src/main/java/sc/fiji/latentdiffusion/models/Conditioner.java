package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import sc.fiji.latentdiffusion.models.clip.Prompt;

/** Makes of prompts what a family's U-Net is told. */
public interface Conditioner {

  /**
   * Encodes a prompt, and what is to be avoided.
   *
   * @param negative what should not be seen; null for none, where there is no guidance
   * @param prompt what should be seen
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param owner owns the result
   * @return one batch entry each, the negative first; embeddings in the run's precision
   * @throws IllegalArgumentException if the prompts leave out more layers than there are
   */
  Conditioning encode(Prompt negative, Prompt prompt, int width, int height, NDManager owner);

  /**
   * Returns how wide the embeddings of each text encoder's tokens are, by its number: empty for the
   * first, {@code "_2"}.
   */
  Map<String, Integer> widths();

  /** Returns how many numbers it gives for a token. */
  int width();

  /**
   * Returns how many numbers it gives for a whole prompt and its sizes; 0 for none.
   *
   * @param timeChannels for each size or position
   */
  int addedWidth(int timeChannels);
}
