/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;

/**
 * The diffusion exponential integrator sampler, multistep, with polynomials in log ρ, ρ = σ/α
 * (Zhang and Chen 2023, section 3.3 and table 2); diffusers' {@code DEISMultistepScheduler}.
 *
 * <p>{@code solver_order} of the config (2, up to 3) is the order; the first steps that run, and
 * with {@code lower_order_final} the last ones of fewer than 15, have a lower one. The last step
 * ends at the sigma of train timestep 0, whose noise, σ ≈ 0.03, stays in the result.
 *
 * <p>With Karras's sigmas the last step goes from the last of them to that sigma, which are the
 * same. In diffusers it goes nowhere in any case, also as the only step of one, which leaves the
 * noise.
 */
@Plugin(
    type = Solver.class,
    name = "deis",
    label = "DEIS",
    description = "Exponential integrator, multistep: Zhang and Chen 2023, arXiv:2204.13902",
    priority = 2800)
public class DEIS implements Solver {

  private static final int MAX_ORDER = 3;

  @Override
  public ClipSettings clipSettings() {
    return ClipSettings.THRESHOLDS;
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    int order = MultistepOrder.solverOrder(noise.config(), MAX_ORDER);
    MultistepOrder orders = new MultistepOrder(order, noise.config(), false);
    Sigmas asked = ConfigSigmas.asked(sigmas, noise.config());
    Steps grid =
        asked.steps(noise, Counting.INTERVALS, steps, asked.last(noise)).rounded(noise, Math::rint);
    int begin = grid.begin(strength);
    if (begin == grid.count()) return Plan.EMPTY;
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::variancePreserving)) {
      int i = begin + interval.step();
      double[] weights = weights(grid.sigmas(), i, orders.at(grid.sigmas(), begin, i));
      for (int k = 0; k < weights.length; k++) weights[k] *= interval.next().alpha();
      table.add(
          remembered(table.size(), interval, noise)
              .next(interval.level().scale(interval.next()), weights));
    }
    return Plan.of(begin, 1, table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }

  /** An evaluation that remembers ε̂. */
  private static Evaluation remembered(int index, Interval at, NoiseSchedule noise) {
    OutputWeights predicted = noise.noise(at.level());
    return Evaluation.of(index, at.step(), at.timestep(), at.level(), noise, predicted);
  }

  /** The integrals over ρ of Lagrange's polynomials in log ρ, newest node first. */
  private static double[] weights(double[] rho, int i, int order) {
    double[] weights = new double[order];
    for (int k = 0; k < order; k++)
      weights[k] = primitive(rho, i, order, k, rho[i + 1]) - primitive(rho, i, order, k, rho[i]);
    return weights;
  }

  private static double primitive(double[] rho, int i, int order, int k, double at) {
    double l = StrictMath.log(at);
    double[] ofPowers = {at, at * (l - 1), at * (l * l - 2 * l + 2)}; // ∫ (log ρ)^n dρ
    double[] polynomial = lagrange(rho, i, order, k);
    double sum = 0;
    for (int n = 0; n < order; n++) sum += polynomial[n] * ofPowers[n];
    return sum;
  }

  /** The coefficients of the polynomial in log ρ that is 1 at the node k before i, 0 at others. */
  private static double[] lagrange(double[] rho, int i, int order, int k) {
    double[] p = new double[order];
    p[0] = 1;
    double node = StrictMath.log(rho[i - k]);
    for (int j = 0; j < order; j++) {
      if (j == k) continue;
      double other = StrictMath.log(rho[i - j]);
      for (int n = order - 1; n >= 0; n--)
        p[n] = ((n > 0 ? p[n - 1] : 0) - other * p[n]) / (node - other);
    }
    return p;
  }
}
