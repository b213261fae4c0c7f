/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * The place of one evaluation of the denoiser in a run: its step, and the part of the step, for
 * schedulers that evaluate the denoiser several times a step.
 *
 * @param step 1…steps
 * @param steps that the run has
 * @param part 1…parts
 * @param parts the evaluations of this step
 */
public record EvaluationLabel(int step, int steps, int part, int parts) {

  /** Returns the labels of a plan's evaluations, in order. */
  public static List<EvaluationLabel> of(Plan plan) {
    return of(
        plan,
        0,
        Math.toIntExact(plan.evaluations().stream().map(Evaluation::step).distinct().count()));
  }

  /**
   * Returns the labels of the evaluations of a plan that is a part of a run.
   *
   * @param before the steps of the run before the plan's first
   * @param steps that the run has
   */
  public static List<EvaluationLabel> of(Plan plan, int before, int steps) {
    Map<Integer, Long> parts =
        plan.evaluations().stream()
            .collect(Collectors.groupingBy(Evaluation::step, Collectors.counting()));
    List<EvaluationLabel> all = new ArrayList<>();
    int part = 0;
    for (Evaluation evaluation : plan.evaluations()) {
      int number = before + evaluation.step() + 1;
      boolean sameStep = !all.isEmpty() && all.get(all.size() - 1).step == number;
      part = sameStep ? part + 1 : 1;
      all.add(new EvaluationLabel(number, steps, part, parts.get(evaluation.step()).intValue()));
    }
    return all;
  }

  /** Returns the label of an evaluation at this place: step, timestep and sigma. */
  public String of(Evaluation evaluation) {
    return String.format(
        Locale.ROOT,
        "step %d/%d%s, timestep %s, sigma %.5g",
        step,
        steps,
        partLabel(),
        Numbers.text(evaluation.timestep()),
        evaluation.sigma());
  }

  /** Returns the place on an axis of steps: parts lie between their step and the next. */
  public double position() {
    return step + (part - 1.0) / parts;
  }

  /** Returns the part's name behind a comma; empty if the step has one part. */
  public String partLabel() {
    return switch (parts) {
      case 1 -> "";
      case 2 -> part == 1 ? ", 1st half" : ", 2nd half";
      default -> ", part " + part + " of " + parts;
    };
  }
}
