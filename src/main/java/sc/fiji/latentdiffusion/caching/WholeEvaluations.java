/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.caching;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * Which evaluations of a run compute the whole network. The others take over the inner states of
 * the last whole one. Known before the run.
 */
public final class WholeEvaluations {

  /** All evaluations of any run. */
  public static final WholeEvaluations ALL = new WholeEvaluations(CacheOptions.OFF, 0);

  private final BitSet reusing = new BitSet();
  private final CacheOptions options;
  private final int count;

  private WholeEvaluations(CacheOptions options, int count) {
    this.options = options;
    this.count = count;
  }

  /**
   * Finds them: those outside of the interval; within it the first and every n-th behind it; and
   * one for which other networks are computed than for the last whole one, from which counting
   * begins anew.
   *
   * @param options n
   * @param evaluations of the run, in order
   * @param isWithin whether an evaluation lies in the options' interval
   * @param networks says by an equal value which evaluations compute the same halves, steered by
   *     the same networks
   */
  public static WholeEvaluations of(
      CacheOptions options,
      List<Evaluation> evaluations,
      Predicate<Evaluation> isWithin,
      Function<Evaluation, ?> networks) {
    WholeEvaluations found = new WholeEvaluations(options, evaluations.size());
    Object last = null;
    int first = -1;
    for (int e = 0; options.isOn() && e < evaluations.size(); e++) {
      Evaluation evaluation = evaluations.get(e);
      Object now = networks.apply(evaluation);
      boolean isIn = isWithin.test(evaluation);
      if (isIn && (first < 0 || !now.equals(last))) first = e;
      if (isIn && (e - first) % options.every() != 0) found.reusing.set(evaluation.index());
      else last = now;
    }
    return found;
  }

  /** Returns whether an evaluation takes over inner states. */
  public boolean reuses(Evaluation evaluation) {
    return reusing.get(evaluation.index());
  }

  /** Returns whether inner states must be kept. */
  public boolean isAnyReused() {
    return !reusing.isEmpty();
  }

  /** Returns a sentence for the user if the request asks for a cache. */
  public Optional<String> note() {
    if (!options.isOn()) return Optional.empty();
    int whole = count - reusing.cardinality();
    return Optional.of(
        String.format("cache=%d, %d of %d evaluations whole", options.every(), whole, count));
  }
}
