package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The input of a denoiser beside latents and time, one batch entry a prompt.
 *
 * @param states of each token, {@code [b, tokens, d]}, in the run's precision; null if the family
 *     has none
 * @param lengths how many of the states are those of the prompt's tokens, for each batch entry; the
 *     states behind them fill up. Empty if all are
 * @param added of the whole prompt and of sizes, {@code [b, D]}, float32; null if the family has
 *     none
 * @param channels of an image that is seen
 * @param guidanceScale for a denoiser that takes the guidance scale as input
 * @param label the number of the class, for a denoiser that takes one
 */
public record Conditioning(
    NDArray states,
    List<Integer> lengths,
    NDArray added,
    SeenChannels channels,
    double guidanceScale,
    int label) {

  /** Conditioning by prompts alone. */
  public Conditioning(NDArray states, NDArray added) {
    this(states, List.of(), added);
  }

  /** Conditioning by prompts alone, of several lengths. */
  public Conditioning(NDArray states, List<Integer> lengths, NDArray added) {
    this(states, lengths, added, SeenChannels.NONE, 1, -1);
  }

  /** Returns a copy with copies of its arrays. */
  Conditioning copied(UnaryOperator<NDArray> copy) {
    return with(lengths, copy);
  }

  /**
   * Returns a copy with each batch entry several times in a row: for as many samples.
   *
   * @param times at least 1
   */
  public Conditioning repeated(int times) {
    if (times == 1) return this;
    List<Integer> repeated =
        lengths.stream().flatMap(length -> Collections.nCopies(times, length).stream()).toList();
    return with(repeated, array -> array.repeat(0, times));
  }

  /** Returns a copy with the first batch entry twice. */
  public Conditioning firstTwice() {
    List<Integer> twice = new ArrayList<>(lengths);
    if (!lengths.isEmpty()) twice.add(0, lengths.get(0));
    return with(List.copyOf(twice), array -> array.get(new NDIndex(":1")).concat(array, 0));
  }

  private Conditioning with(List<Integer> newLengths, UnaryOperator<NDArray> entries) {
    return new Conditioning(
        states == null ? null : entries.apply(states),
        newLengths,
        added == null ? null : entries.apply(added),
        channels,
        guidanceScale,
        label);
  }

  /** Returns a copy with other states, all of them of tokens. */
  public Conditioning withStates(NDArray tokens) {
    return new Conditioning(tokens, List.of(), added, channels, guidanceScale, label);
  }

  /** Returns a copy with the channels of an image. */
  public Conditioning withChannels(SeenChannels seen) {
    return new Conditioning(states, lengths, added, seen, guidanceScale, label);
  }

  /** Returns a copy with a guidance scale. */
  public Conditioning withGuidanceScale(double scale) {
    return new Conditioning(states, lengths, added, channels, scale, label);
  }

  /** Returns a copy with the number of a class. */
  public Conditioning withLabel(int number) {
    return new Conditioning(states, lengths, added, channels, guidanceScale, number);
  }
}
