/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import sc.fiji.latentdiffusion.images.areas.Areas;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Sampling;

/**
 * How many answers to one request are made; they differ in their noise alone.
 *
 * @param count 1 … 10000
 * @param batch the number of answers that are evaluated at once, 1 … 64
 * @param statistics whether the mean and the standard deviation of the answers are computed
 */
public record Answers(int count, int batch, boolean statistics) {

  /** The most answers. */
  public static final int MOST = 10000;

  /** What a run makes, for messages. */
  static final String UNIT = "answer";

  /** One answer. */
  public static final Answers ONE = new Answers(1, 1, false);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Answers {
    check("count", count, MOST);
    check("batch", batch, Sampling.MAX_BATCH);
    if (statistics && count < 2) {
      throw new IllegalArgumentException(
          "statistics=true needs a count of 2 or more, the answers whose mean and standard"
              + " deviation are computed, but count is "
              + count
              + ". Give count (count=8), or leave statistics out.");
    }
  }

  /** Answers without statistics. */
  public Answers(int count, int batch) {
    this(count, batch, false);
  }

  private static void check(String key, int found, int most) {
    if (found >= 1 && found <= most) return;
    throw new IllegalArgumentException(
        key + " must be between 1 and " + most + ", but is " + found + ".");
  }

  /** Returns whether there is more than one. */
  public boolean areSeveral() {
    return count > 1;
  }

  /**
   * Refuses several answers for each slice of a stack.
   *
   * @throws IllegalArgumentException if both are asked for
   */
  public void require(Slices slices) {
    if (!areSeveral() || slices.isCurrent()) return;
    throw new IllegalArgumentException(
        "count must be 1 with slices=all, whose result has a slice for each of the input, but is "
            + count
            + ". Give slices=current for several answers to the current slice, or leave count"
            + " out.");
  }

  /**
   * Refuses answers that need another number of runs than one each.
   *
   * @param areas of each answer
   * @param type of the results
   * @throws IllegalArgumentException if several are evaluated at once, or the statistics would not
   *     be those of 32-bit results
   */
  void require(Areas areas, ResultType type) {
    if (!areSeveral() || !areas.areSeveralRuns()) return;
    String runs = "areas=each runs each of the " + areas.count() + " areas on the result so far, ";
    if (batch > 1) {
      throw new IllegalArgumentException(
          runs
              + "which differs from answer to answer: batch must be 1, but is "
              + batch
              + ". Give batch=1, or areas=together.");
    }
    if (statistics && type != ResultType.FLOAT) {
      throw new IllegalArgumentException(
          runs + "which statistics=true must not round. Give type=32-bit, or areas=together.");
    }
  }

  /**
   * Refuses several answers that exceed ImageJ's memory.
   *
   * @param each bytes of the pixels of one answer
   * @throws IllegalArgumentException if they do, with the number that would not
   */
  void requireMemory(double each) {
    if (areSeveral()) ResultMemory.require(count, each, "count=" + count + " answers");
  }

  /** Returns the request of one of the answers, from 0. */
  Request request(Request first, int index) {
    return areSeveral() ? first.answer(index) : first;
  }

  /** Returns a request of as many answers as are evaluated at once. */
  Request atOnce(Request request) {
    return request.withSampling(request.sampling().withBatch(Math.min(batch, count)));
  }

  /** Returns the label of the slice of an answer: "seed 42", or "seed 42, seed2 8". */
  static String label(Request answer) {
    String label = "seed " + answer.seed();
    return answer.sampling().variation().isOn()
        ? label + ", seed2 " + answer.sampling().variation().seed()
        : label;
  }
}
