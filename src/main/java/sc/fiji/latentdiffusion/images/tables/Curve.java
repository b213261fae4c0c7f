package sc.fiji.latentdiffusion.images.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * The noise that the evaluations of a plan meet, and the schedulers whose plan it is.
 *
 * @param names of the schedulers
 * @param steps where the evaluations lie on the axis of steps, 1…steps
 * @param sigmas √((1−ᾱ)/ᾱ) at each evaluation
 * @param alphas ᾱ at each evaluation
 */
record Curve(List<String> names, double[] steps, double[] sigmas, double[] alphas) {

  /** Curves nowhere further apart than this, as part of sigma, can't be told apart in a plot. */
  private static final double SAME = 2e-3;

  /** One curve for all schedulers that meet the same noise, in the order of the first of them. */
  static List<Curve> of(Map<String, Plan> plans) {
    List<Curve> curves = new ArrayList<>();
    plans.forEach(
        (name, plan) -> {
          Curve curve = of(name, plan);
          curves.stream()
              .filter(curve::coincides)
              .findFirst()
              .ifPresentOrElse(other -> other.names.add(name), () -> curves.add(curve));
        });
    return curves;
  }

  private static Curve of(String name, Plan plan) {
    return new Curve(
        new ArrayList<>(List.of(name)),
        EvaluationLabel.of(plan).stream().mapToDouble(EvaluationLabel::position).toArray(),
        plan.evaluations().stream().mapToDouble(Evaluation::sigma).toArray(),
        plan.evaluations().stream()
            .mapToDouble(evaluation -> evaluation.level().alphaCumprod())
            .toArray());
  }

  private boolean coincides(Curve other) {
    return Arrays.equals(steps, other.steps) && sameSigmas(other.sigmas);
  }

  private boolean sameSigmas(double[] others) {
    for (int i = 0; i < sigmas.length; i++) {
      if (sigmas[i] != others[i] && !(Math.abs(sigmas[i] / others[i] - 1) < SAME)) {
        return false;
      }
    }
    return true;
  }
}
