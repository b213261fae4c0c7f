/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/**
 * A part of a run's steps, for latents at some step.
 *
 * @param from how many steps are done, 0…steps−1
 * @param to how many steps will be done in the end, from+1…steps; −1 for all
 * @param noised whether noise is added first, up to the level of step {@code from}
 * @param begun the first step of the whole run, 0…from: 0 except for runs that began with a
 *     picture; methods that add noise have drawn some since then
 */
public record StepRange(int from, int to, boolean noised, int begun) {

  /** A part of a run that began with its first step. */
  public StepRange(int from, int to, boolean noised) {
    this(from, to, noised, 0);
  }

  /**
   * The range with its end resolved.
   *
   * @param steps of the whole run
   * @return a copy that ends at a step
   * @throws IllegalArgumentException naming the key that is out of range
   */
  public StepRange within(int steps) {
    if (from < 0 || from >= steps) {
      throw new IllegalArgumentException(
          String.format(
              "from must be 0…%d, the number of steps that are done already out of %d, but is %d.",
              steps - 1, steps, from));
    }
    if (to != -1 && (to <= from || to > steps)) {
      throw new IllegalArgumentException(
          String.format("to must be %d…%d, or −1 for all steps, but is %d.", from + 1, steps, to));
    }
    return to == -1 ? new StepRange(from, steps, noised, begun) : this;
  }

  /** Returns the table of a request's last steps, as many as its strength says. */
  public static Plan byStrength(NoiseSchedule schedule, Request request) {
    return Spacings.plan(
        schedule,
        request.scheduler(),
        request.sampling().spacing(),
        request.steps(),
        request.strength());
  }

  /** Returns the number of steps of a request's whole run, which some spacings change. */
  static int count(NoiseSchedule schedule, Request request) {
    return count(byStrength(schedule, request.withStrength(1)));
  }

  /** Returns the number of steps of a table. */
  public static int count(Plan plan) {
    return Math.toIntExact(plan.evaluations().stream().map(Evaluation::step).distinct().count());
  }

  /** Returns whether a request's scheduler takes steps again, see {@link Solver#repeatsSteps}. */
  public static boolean repeats(Request request) {
    return Schedulers.get(request.scheduler()).solver().repeatsSteps();
  }

  /** Returns a note if a spacing places more or fewer steps than a request says. */
  static Optional<String> countNote(NoiseSchedule schedule, Request request) {
    int count = count(schedule, request);
    return count == request.steps()
        ? Optional.empty()
        : Optional.of(
            String.format(
                "spacing=%s places %d steps, not %d.",
                request.sampling().spacing(), count, request.steps()));
  }

  /**
   * Returns the table of the steps; the end must be resolved.
   *
   * @param request gives scheduler and number of steps
   * @throws IllegalArgumentException if the spacing places another number of steps, which then have
   *     no numbers to name them by, or the scheduler repeats steps and some were taken before
   */
  public Plan plan(NoiseSchedule schedule, Request request) {
    if (repeats(request) && !noised && from > begun) {
      throw new IllegalArgumentException(
          String.format(
              "from must be %d, where the run began, as %s takes steps again, as many as run, and"
                  + " can't go on from within; but is %d. Choose another scheduler for the rest.",
              begun, request.scheduler(), from));
    }
    countNote(schedule, request)
        .ifPresent(
            note -> {
              throw new IllegalArgumentException(
                  note + " A part of them can't be named: choose another spacing.");
            });
    Plan rest = from(schedule, request, from);
    int count = to - from;
    List<Evaluation> evaluations =
        rest.evaluations().stream().filter(e -> e.step() < count).toList();
    return noised
        ? new Plan(rest.dataWeight(), rest.noiseWeight(), evaluations)
        : new Plan(1, 0, evaluations);
  }

  /**
   * Returns a note if the first step needs earlier steps, which latents do not hold.
   *
   * @param schedule that the scheduler plans by
   * @param request gives scheduler and number of steps
   */
  public Optional<String> historyNote(NoiseSchedule schedule, Request request) {
    if (noised || from <= 0) return Optional.empty();
    if (Schedulers.get(request.scheduler()).solver().weighsByStart()) {
      return Optional.of(
          request.scheduler()
              + " weighs its slopes by the noise with which a run began, which an image does not"
              + " hold: the result differs from that of an uninterrupted run.");
    }
    if (byStrength(schedule, request.withStrength(1)).isSingleStep()) return Optional.empty();
    return Optional.of(
        request.scheduler()
            + " remembers earlier steps, which an image does not hold: the first step is of lower"
            + " order, and the result differs from that of an uninterrupted run.");
  }

  /** Returns the number of evaluations from a step on, counted from 0. */
  static int evaluations(NoiseSchedule schedule, Request request, int step) {
    return from(schedule, request, step).evaluations().size();
  }

  /** The table from a step on. Half a step more of strength makes roundings harmless. */
  private static Plan from(NoiseSchedule schedule, Request request, int step) {
    double strength = Math.min(1, (request.steps() - step + 0.5) / request.steps());
    return byStrength(schedule, request.withStrength(strength));
  }

  /**
   * Draws the numbers of the steps before the range from the stream of noise: an uninterrupted run
   * and this one continue with the same numbers.
   *
   * @param n numbers of a draw, for each sample
   */
  void skipDraws(NoiseBatch noise, int n, NoiseSchedule schedule, Request request) {
    if (noised) return;
    byStrength(schedule, request.withStrength(1)).evaluations().stream()
        .filter(evaluation -> evaluation.step() >= begun && evaluation.step() < from)
        .filter(Evaluation::drawsFromStream)
        .forEach(evaluation -> noise.randn(n));
  }
}
