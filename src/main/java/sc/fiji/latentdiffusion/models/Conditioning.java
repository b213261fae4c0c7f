package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.function.UnaryOperator;

/**
 * The input of a denoiser beside latents and time, one batch entry a prompt.
 *
 * @param states of each token, {@code [b, tokens, d]}, in the run's precision; null if the family
 *     has none
 * @param added of the whole prompt and of sizes, {@code [b, D]}, float32; null if the family has
 *     none
 * @param channels of an image that is seen
 * @param guidanceScale for a denoiser that takes the guidance scale as input
 * @param label the number of the class, for a denoiser that takes one
 */
public record Conditioning(
    NDArray states, NDArray added, SeenChannels channels, double guidanceScale, int label) {

  /** Conditioning by prompts alone. */
  public Conditioning(NDArray states, NDArray added) {
    this(states, added, SeenChannels.NONE, 1, -1);
  }

  /**
   * Returns a copy with each batch entry several times in a row: for as many samples.
   *
   * @param times at least 1
   */
  public Conditioning repeated(int times) {
    return times == 1 ? this : with(array -> array.repeat(0, times));
  }

  /** Returns a copy with the first batch entry twice. */
  public Conditioning firstTwice() {
    return with(array -> array.get(new NDIndex(":1")).concat(array, 0));
  }

  private Conditioning with(UnaryOperator<NDArray> entries) {
    return new Conditioning(
        states == null ? null : entries.apply(states),
        added == null ? null : entries.apply(added),
        channels,
        guidanceScale,
        label);
  }

  /** Returns a copy with other states. */
  public Conditioning withStates(NDArray tokens) {
    return new Conditioning(tokens, added, channels, guidanceScale, label);
  }

  /** Returns a copy with the channels of an image. */
  public Conditioning withChannels(SeenChannels seen) {
    return new Conditioning(states, added, seen, guidanceScale, label);
  }

  /** Returns a copy with a guidance scale. */
  public Conditioning withGuidanceScale(double scale) {
    return new Conditioning(states, added, channels, scale, label);
  }

  /** Returns a copy with the number of a class. */
  public Conditioning withLabel(int number) {
    return new Conditioning(states, added, channels, guidanceScale, number);
  }
}
