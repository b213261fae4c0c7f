/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
import sc.fiji.latentdiffusion.schedulers.Correction;
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
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;

/**
 * Stochastic Adams predictor and corrector of second order, data prediction (Xue et al. 2023,
 * algorithm 1); diffusers' {@code SASolverScheduler} with its defaults. With h the step in λ, τ the
 * share of fresh noise, a = 1 + τ²:
 *
 * <pre>
 * x' = e^(−τ²h) σ'/σ · x + α'(1 − e^(−ah)) · m_0 + a α' h²/(2 h_before) · (m_0 − m_1) + σ' √(1 − e^(−2τ²h)) · z
 * s' = e^(−τ²h) σ'/σ · s + α'(1 − e^(−ah)) · m_0 + a α' h/2 · (m' − m_0)              + σ' √(1 − e^(−2τ²h)) · z
 * </pre>
 *
 * <p>τ is 1 at train timesteps 200…800 and 0 elsewhere. The corrector takes the step before again,
 * with its draw and the new x̂0 at its end; the network sees the sample before correction. The
 * first step and, with {@code lower_order_final}, the last are of first order. The last step ends
 * at the sigma of train timestep 0, whose noise, σ ≈ 0.03, stays in the result.
 */
@Plugin(
    type = Solver.class,
    name = "sa_solver",
    label = "SA-Solver",
    description = "Stochastic Adams predictor and corrector: Xue et al. 2023, arXiv:2309.05019",
    priority = 1155)
public final class SASolver implements Solver {

  private static final double NOISY_FROM = 200;
  private static final double NOISY_TO = 800;

  /** A step from one level to the next. */
  private record Step(NoiseLevel from, NoiseLevel to, double tau) {

    static Step of(Interval interval) {
      boolean isNoisy = interval.timestep() >= NOISY_FROM && interval.timestep() <= NOISY_TO;
      return new Step(interval.level(), interval.next(), isNoisy ? 1 : 0);
    }

    double h() {
      return to.lambda() - from.lambda();
    }

    double sampleWeight() {
      return tau == 0
          ? from.sampleWeight(to)
          : StrictMath.exp(-tau * tau * h()) * from.sampleWeight(to);
    }

    double dataWeight() {
      return -to.alpha() * StrictMath.expm1(-(1 + tau * tau) * h());
    }

    double noiseWeight() {
      return tau == 0 ? 0 : to.sigma() * StrictMath.sqrt(-StrictMath.expm1(-2 * tau * tau * h()));
    }

    /** The weight of a slope of m over one step. */
    double slopeWeight() {
      return (1 + tau * tau) * to.alpha() * h() / 2;
    }

    Evaluation predicted(Evaluation at, Step before) {
      if (before == null) return at.next(sampleWeight(), dataWeight()).drawing(noiseWeight());
      double slope = slopeWeight() * h() / before.h();
      return at.next(sampleWeight(), dataWeight() + slope, -slope).drawing(noiseWeight());
    }

    Correction correction() {
      return new Correction(
          List.of(0.0, sampleWeight()),
          List.of(slopeWeight(), dataWeight() - slopeWeight()),
          List.of(noiseWeight()));
    }
  }

  @Override
  public ClipSettings clipSettings() {
    return ClipSettings.THRESHOLDS;
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    Sigmas asked = ConfigSigmas.asked(sigmas, noise.config());
    Steps grid =
        asked.steps(noise, Counting.INTERVALS, steps, asked.last(noise)).rounded(noise, Math::rint);
    int begin = grid.begin(strength);
    if (begin == grid.count()) return Plan.EMPTY;
    int history = MultistepOrder.historyBegin(grid.levels(noise::variancePreserving), begin);
    boolean isLower = noise.config().flag("lower_order_final", true);
    List<Evaluation> table = new ArrayList<>();
    Step before = null;
    for (Interval interval : grid.intervals(begin, noise::variancePreserving)) {
      int i = begin + interval.step();
      Step step = Step.of(interval);
      int most = isLower && i == grid.count() - 1 ? 1 : 2;
      int order = MultistepOrder.withHistory(grid.sigmas(), history, i, most);
      Evaluation at = Evaluation.ofData(table.size(), interval, noise);
      Evaluation predicted = step.predicted(at, order == 1 ? null : before);
      table.add(before == null ? predicted : predicted.corrected(before.correction()));
      before = i >= history && grid.sigmas()[i] != grid.sigmas()[i + 1] ? step : null;
    }
    return Plan.of(begin, 1, table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
