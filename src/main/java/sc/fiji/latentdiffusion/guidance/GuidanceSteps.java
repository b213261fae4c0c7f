/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.guidance;

/**
 * The steps of a run in which guidance acts. Step k of n is guided if the scale that joins is above
 * 1 and {@code int(from · n) ≤ k < int(to · n)}, as in diffusers' guiders.
 *
 * @param options what the request says
 * @param schedule the number of the run's first step in the schedule, from 0: of its scale in a
 *     list
 * @param first the number of the run's first step as the interval counts, from 0
 * @param count n, the number of steps as the interval counts
 */
public record GuidanceSteps(GuidanceOptions options, int schedule, int first, int count) {

  /**
   * Returns the scale that joins both halves in a step.
   *
   * @param step of the run, from 0
   */
  double scale(int step) {
    int last = options.scales().size() - 1;
    return options.joining(options.scales().get(Math.min(last, schedule + step)));
  }

  /**
   * Returns whether both halves are computed in a step.
   *
   * @param step of the run, from 0
   */
  public boolean isGuided(int step) {
    return isWithin(step, options.from(), options.to()) && scale(step) > 1;
  }

  /**
   * Returns whether a step lies in a part of the steps.
   *
   * @param step of the run, from 0
   * @param from where the part begins, 0…1
   * @param to where it ends, from…1
   */
  public boolean isWithin(int step, double from, double to) {
    int k = first + step;
    return k >= (int) (from * count) && k < (int) (to * count);
  }

  /**
   * Returns whether the prediction of a step is 0; the options must be resolved.
   *
   * @param step of the run, from 0
   */
  boolean isZero(int step) {
    return options.guide() instanceof Guide.ZeroStar zero && first + step < zero.steps();
  }
}
