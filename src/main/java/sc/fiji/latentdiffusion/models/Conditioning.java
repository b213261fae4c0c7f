/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
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

  /**
   * Puts the states of prompts of several lengths below one another.
   *
   * @param texts of each prompt, {@code [1, n, d]}
   * @param owner owns the result
   * @return {@code [b, n, d]} of the largest n; zeros fill up the others
   */
  public static NDArray filled(List<NDArray> texts, NDManager owner) {
    long longest = texts.stream().mapToLong(text -> text.getShape().get(1)).max().orElseThrow();
    try (NDManager local = owner.newSubManager()) {
      NDList rows = new NDList();
      for (NDArray text : texts) rows.add(filled(text, longest, local));
      NDArray all = NDArrays.concat(rows);
      all.attach(owner);
      return all;
    }
  }

  private static NDArray filled(NDArray text, long tokens, NDManager local) {
    long missing = tokens - text.getShape().get(1);
    if (missing == 0) return text;
    NDArray zeros = local.zeros(new Shape(1, missing, text.getShape().get(2)));
    NDArray longer = text.concat(zeros, 1);
    longer.attach(local);
    return longer;
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
