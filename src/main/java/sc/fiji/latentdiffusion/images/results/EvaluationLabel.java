package sc.fiji.latentdiffusion.images.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * Where one evaluation of the network stands in a run: in which step, and, with methods that
 * evaluate the network several times a step, in which part of it.
 *
 * @param step 1…steps
 * @param steps that the run has
 * @param part 1…parts
 * @param parts the evaluations of this step
 */
public record EvaluationLabel(int step, int steps, int part, int parts) {

  /** One for each evaluation of a plan, in order. */
  public static List<EvaluationLabel> of(Plan plan) {
    return of(
        plan,
        0,
        Math.toIntExact(plan.evaluations().stream().map(Evaluation::step).distinct().count()));
  }

  /**
   * One for each evaluation of a plan that is a part of a run.
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

  /** The place on an axis of steps: parts lie between their step and the next. */
  public double position() {
    return step + (part - 1.0) / parts;
  }

  /** {@code ""}, or behind a comma which part of the step it is. */
  public String partLabel() {
    return switch (parts) {
      case 1 -> "";
      case 2 -> part == 1 ? ", 1st half" : ", 2nd half";
      default -> ", part " + part + " of " + parts;
    };
  }
}
