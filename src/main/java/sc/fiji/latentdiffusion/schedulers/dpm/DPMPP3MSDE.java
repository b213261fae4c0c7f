/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * DPM-Solver++ of third order, multistep, on the stochastic equation (k-diffusion's {@code
 * sample_dpmpp_3m_sde}, η = 1), with one draw a step instead of a Brownian path. With {@code h =
 * ln(σ/σ'), H = 2h, φ₂ = (e^−H − 1)/H + 1, φ₃ = φ₂/H − ½}: {@code x' = e^−H x + (1 − e^−H) x̂0 + φ₂
 * d₁ − φ₃ d₂ + σ' √(1 − e^−2h) z}, d₁ and d₂ the differences of x̂0 over the steps before. The
 * first two steps are of lower order; the last ends on x̂0.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_3m_sde",
    label = "DPM++ 3M SDE",
    description =
        "DPM++ 3M with fresh noise at every step: k-diffusion, after Lu et al. 2022,"
            + " arXiv:2211.01095",
    priority = 1185)
public final class DPMPP3MSDE implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    List<Double> lengths = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      double next = interval.next().sigma();
      Evaluation evaluation = Evaluation.ofData(table.size(), interval, noise);
      if (next == 0) {
        table.add(evaluation.next(0, 1));
        break;
      }
      double h = StrictMath.log(interval.level().sigma() / next);
      double kept = StrictMath.exp(-2 * h);
      table.add(evaluation.next(kept, weights(h, lengths)).drawing(next * Math.sqrt(1 - kept)));
      if (h == 0) lengths.clear();
      else lengths.add(0, h);
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  /**
   * The weights of x̂0, newest first.
   *
   * @param h length of the step
   * @param before lengths of the steps before, newest first
   */
  private static double[] weights(double h, List<Double> before) {
    double twice = 2 * h;
    double data = -StrictMath.expm1(-twice);
    if (before.isEmpty() || h == 0) return new double[] {data};
    double phi2 = StrictMath.expm1(-twice) / twice + 1;
    double r0 = before.get(0) / h;
    if (before.size() == 1) return new double[] {data + phi2 / r0, -phi2 / r0};
    double r1 = before.get(1) / h;
    double phi3 = phi2 / twice - 0.5;
    double a = phi2 * (1 + r0 / (r0 + r1)) - phi3 / (r0 + r1);
    double b = -phi2 * r0 / (r0 + r1) + phi3 / (r0 + r1);
    return new double[] {data + a / r0, b / r1 - a / r0, -b / r1};
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
