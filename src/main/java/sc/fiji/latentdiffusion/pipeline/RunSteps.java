/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.Optional;
import sc.fiji.latentdiffusion.guidance.GuidanceSteps;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * The steps of a run, which may be a part of a longer one, the whole run.
 *
 * @param plan the table of the run; empty if the strength leaves no step
 * @param evaluations of the whole run
 * @param before how many of these were made before
 * @param begun the step of the request, from 0, with which the whole run began to draw noise
 * @param guided the steps as guidance counts them
 * @param isToTheEnd whether the request's last step is among them
 * @param historyNote a note if the first step needs earlier steps that are not known any more
 */
record RunSteps(
    Plan plan,
    int evaluations,
    int before,
    int begun,
    GuidanceSteps guided,
    boolean isToTheEnd,
    Optional<String> historyNote) {

  /**
   * Returns all steps of a table.
   *
   * @param plan the last steps of those that the schedule has for the request
   */
  static RunSteps all(Plan plan, NoiseSchedule schedule, Request request) {
    int count = StepRange.count(plan);
    int begun = StepRange.count(schedule, request) - count;
    GuidanceSteps guided = new GuidanceSteps(request.guidance(), begun, 0, count);
    return new RunSteps(plan, plan.evaluations().size(), 0, begun, guided, true, Optional.empty());
  }

  /**
   * Returns the steps of a range. Guidance counts from the schedule's first step, so that a run in
   * parts equals one without a stop.
   *
   * @param range whose end is resolved
   */
  static RunSteps of(StepRange range, NoiseSchedule schedule, Request request) {
    Plan plan = range.plan(schedule, request);
    int begun = range.noised() ? range.from() : range.begun();
    int evaluations = StepRange.evaluations(schedule, request, begun);
    int rest = StepRange.evaluations(schedule, request, range.from());
    return new RunSteps(
        plan,
        evaluations,
        evaluations - rest,
        begun,
        new GuidanceSteps(request.guidance(), range.from(), range.from(), request.steps()),
        range.to() == request.steps(),
        range.historyNote(schedule, request));
  }
}
