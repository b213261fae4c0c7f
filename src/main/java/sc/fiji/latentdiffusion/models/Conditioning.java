package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;

/**
 * The input of a denoiser beside latents and time, one batch entry a prompt.
 *
 * @param states of each token, {@code [b, tokens, d]}, in the run's precision; null if the family
 *     has none
 * @param added of the whole prompt and of sizes, {@code [b, D]}, float32; null if the family has
 *     none
 * @param channels that stand behind the channels of the latents, {@code [1, n, h, w]}, float32;
 *     null for none
 * @param guidanceScale for a denoiser that takes the guidance scale as input
 * @param label the number of the class, for a denoiser that takes one
 */
public record Conditioning(
    NDArray states, NDArray added, NDArray channels, double guidanceScale, int label) {

  /** Conditioning by prompts alone. */
  public Conditioning(NDArray states, NDArray added) {
    this(states, added, null, 1, -1);
  }

  /**
   * Returns a copy with each batch entry several times in a row: for as many samples.
   *
   * @param times at least 1
   */
  public Conditioning repeated(int times) {
    return times == 1
        ? this
        : new Conditioning(
            repeated(states, times), repeated(added, times), channels, guidanceScale, label);
  }

  private static NDArray repeated(NDArray array, int times) {
    return array == null ? null : array.repeat(0, times);
  }

  /** Returns a copy with further channels. */
  public Conditioning withChannels(NDArray behind) {
    return new Conditioning(states, added, behind, guidanceScale, label);
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
