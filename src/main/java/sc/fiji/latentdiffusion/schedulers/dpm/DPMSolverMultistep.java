/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
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
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.schedulers.solvers.MultistepOrder;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * DPM-Solver++, multistep (Lu et al. 2022, "DPM-Solver++", algorithm 2 and appendix B), on the
 * probability-flow equation or on the stochastic one (its section 5); diffusers' {@code
 * DPMSolverMultistepScheduler}.
 *
 * <p>The slopes of x̂0 come from the evaluations before, so the first steps that run are of lower
 * order; so is one next to a step of no length (diffusers divides by 0 there), the last one if it
 * ends without noise, and the last ones of fewer than 15 steps with {@code lower_order_final}. With
 * flow matching a step from pure noise is the limit of an infinite step in λ: of first order, and
 * its x̂0 is no history.
 */
abstract class DPMSolverMultistep implements Solver {

  /** Solvers of other classes count as midpoint, as in diffusers. */
  static final List<String> SOLVERS = List.of("midpoint", "heun", "logrho", "bh1", "bh2");

  /** The order, 1…3; stochastic 1…2. */
  abstract int order();

  /** Whether it solves the stochastic equation. */
  boolean stochastic() {
    return false;
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }

  @Override
  public ClipSettings clipSettings() {
    return ClipSettings.THRESHOLDS;
  }

  @Override
  public final Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    boolean heun = solverType(noise.config()).equals("heun");
    Steps grid = grid(noise, ConfigSigmas.asked(sigmas, noise.config()), steps);
    int begin = grid.begin(strength);
    if (begin == grid.count()) return Plan.EMPTY;
    NoiseLevel[] levels = grid.levels(noise::variancePreserving);
    int history = MultistepOrder.historyBegin(levels, begin);
    MultistepOrder orders = orders(noise);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::variancePreserving)) {
      int i = begin + interval.step();
      DPMSolverStep solver = new DPMSolverStep(interval.level(), interval.next(), stochastic());
      double[] weights =
          switch (orders.at(grid.sigmas(), history, i)) {
            case 1 -> solver.first();
            case 2 -> solver.second(levels[i - 1], heun);
            default -> solver.third(levels[i - 1], levels[i - 2]);
          };
      Evaluation evaluation =
          Evaluation.ofData(table.size(), interval, noise).next(solver.sampleWeight(), weights);
      table.add(stochastic() ? evaluation.drawing(solver.noiseWeight()) : evaluation);
    }
    return Plan.of(begin, 1, table);
  }

  private String solverType(Config config) {
    return config.choice("solver_type", "midpoint", SOLVERS);
  }

  private MultistepOrder orders(NoiseSchedule noise) {
    boolean lastIsFirstOrder =
        noise.finalSigma() == 0 || noise.config().flag("euler_at_final", false);
    return new MultistepOrder(order(), noise.config(), lastIsFirstOrder);
  }

  /** Karras's timesteps are rounded, or cut for the cosine schedule, as in diffusers. */
  private static Steps grid(NoiseSchedule noise, Sigmas sigmas, int steps) {
    boolean isKarras = sigmas instanceof Karras;
    boolean cosine =
        isKarras && noise.config().text("beta_schedule", "").equals("squaredcos_cap_v2");
    DoubleUnaryOperator whole = cosine ? Math::floor : Math::rint;
    return sigmas.steps(noise, Counting.INTERVALS, steps, noise.finalSigma()).rounded(noise, whole);
  }
}
