/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;

/**
 * Extended reverse-time SDE solver of third order (Cui et al. 2023, "Elucidating the Solution Space
 * of Extended Reverse-Time SDE for Diffusion Models", algorithm 3; InvokeAI's {@code
 * ERSDEScheduler}). With {@code s = σ/α, F(s) = s(e^(s^0.3) + 10), r = F(s')/F(s)}:
 *
 * <pre>
 * x' = (α'/α) r x + α' (1 − r) x̂0 + α' (s' − s + F(s') I₀) D¹ + α' ((s' − s)²/2 + F(s') I₁) D²
 *        + α' √(s'² − s² r²) z
 * </pre>
 *
 * <p>D¹ and D² are the first and the second derivative of x̂0 by s over the evaluations before, I₀
 * and I₁ the integrals of 1/F and (u − s)/F from s' to s, as sums of 100 values. The first two
 * steps are of lower order; the last ends on x̂0. With flow matching the step from noise alone is
 * the limit of infinite s: of first order, and its x̂0 is no history.
 */
@Plugin(
    type = Solver.class,
    name = "er_sde",
    label = "ER-SDE",
    description = "Extended reverse-time SDE, third order: Cui et al. 2023, arXiv:2309.06169",
    priority = 1160)
public final class ERSDE implements Solver {

  private static final int POINTS = 100;

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = sigmas.steps(noise, Counting.INTERVALS, steps, 0).rounded(noise, Math::rint);
    int begin = grid.begin(strength);
    if (begin == grid.count()) return Plan.EMPTY;
    List<Evaluation> table = new ArrayList<>();
    List<Double> before = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::variancePreserving)) {
      NoiseLevel level = interval.level();
      NoiseLevel next = interval.next();
      Evaluation evaluation = Evaluation.ofData(table.size(), interval, noise);
      double s = level.sigmaExploding();
      double end = next.sigmaExploding();
      if (end == 0) {
        table.add(evaluation.next(0, 1));
      } else if (Double.isInfinite(s)) {
        table.add(evaluation.next(0, next.alpha()).drawing(next.sigma()));
      } else {
        if (before.contains(s)) before.clear(); // a step that went nowhere
        double ratio = scale(end) / scale(s);
        double[] weights = weights(s, end, before);
        for (int i = 0; i < weights.length; i++) weights[i] *= next.alpha();
        double variance = Math.max(0, end * end - s * s * ratio * ratio);
        table.add(
            evaluation
                .next(level.scale(next) * ratio, weights)
                .drawing(next.alpha() * Math.sqrt(variance)));
        before.add(0, s);
      }
    }
    return Plan.of(begin, 1, table);
  }

  /** F. */
  private static double scale(double s) {
    return s * (StrictMath.exp(StrictMath.pow(s, 0.3)) + 10);
  }

  /**
   * The weights of x̂0 over α', newest first.
   *
   * @param before the s of the evaluations before, newest first
   */
  private static double[] weights(double s, double end, List<Double> before) {
    double data = 1 - scale(end) / scale(s);
    if (before.isEmpty()) return new double[] {data};
    double first = 1 / (s - before.get(0));
    double a = end - s + scale(end) * integral(s, end, 0);
    if (before.size() == 1) return new double[] {data + a * first, -a * first};
    double second = 1 / (before.get(0) - before.get(1));
    double b =
        ((end - s) * (end - s) / 2 + scale(end) * integral(s, end, 1)) * 2 / (s - before.get(1));
    return new double[] {data + (a + b) * first, -(a + b) * first - b * second, b * second};
  }

  /** The sum for I₀ or I₁. */
  private static double integral(double s, double end, int power) {
    double delta = (s - end) / POINTS;
    double sum = 0;
    for (int k = 0; k < POINTS; k++) {
      double u = end + k * delta;
      sum += delta * (power == 0 ? 1 : u - s) / scale(u);
    }
    return sum;
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
