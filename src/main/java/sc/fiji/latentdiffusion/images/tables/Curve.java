/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * The noise at the evaluations of a plan, and the schedulers that have this plan.
 *
 * @param names of the schedulers
 * @param steps places of the evaluations on the axis of steps, 1…steps
 * @param sigmas the noise schedule's sigma at each evaluation
 * @param alphas ᾱ at each evaluation
 */
record Curve(List<String> names, double[] steps, double[] sigmas, double[] alphas) {

  /** Curves that differ by less than this part of sigma look the same in a plot. */
  private static final double SAME = 2e-3;

  /**
   * Returns one curve for all schedulers with the same noise, in the order of the first ones.
   *
   * @param plans by anything whose text is the name
   */
  static List<Curve> of(Map<?, Plan> plans) {
    List<Curve> curves = new ArrayList<>();
    plans.forEach(
        (key, plan) -> {
          String name = key.toString();
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
