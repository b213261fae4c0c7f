/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
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
import sc.fiji.latentdiffusion.settings.Config;

/**
 * DPM-Solver++ of second order, single step (Lu et al. 2022, "DPM-Solver++", algorithm 1, with the
 * inner point where the schedule has one); diffusers' {@code DPMSolverSinglestepScheduler} with
 * {@code solver_order} 2 and {@code algorithm_type} dpmsolver++.
 *
 * <p>Every second evaluation takes its step together with the one before, of second order, from
 * where that started. As in diffusers each evaluation counts as a step, the steps are spaced
 * linspace whatever the config says, and {@code lower_order_final} is in force for an odd number of
 * steps and where the last one ends without noise: then the last is of first order.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_2s",
    label = "DPM++ 2S",
    description = "Second-order single-step DPM-Solver++: Lu et al. 2022, arXiv:2211.01095",
    priority = 2000)
public class DPMPP2S implements Solver {

  @Override
  public ClipSettings clipSettings() {
    return ClipSettings.THRESHOLDS;
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    boolean heun = solverType(noise.config()).equals("heun");
    Steps grid =
        ConfigSigmas.asked(sigmas, noise.config())
            .steps(noise, Counting.EVEN_INTERVALS, steps, noise.finalSigma())
            .rounded(noise, Math::rint);
    int begin = grid.begin(strength);
    if (begin == grid.count()) return Plan.EMPTY;
    NoiseLevel[] levels = grid.levels(noise::variancePreserving);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::variancePreserving)) {
      int i = begin + interval.step();
      Evaluation evaluation = Evaluation.ofData(table.size(), interval, noise);
      if (i > begin && isSecondOrder(noise, grid.sigmas(), levels[i - 1], i)) {
        DPMSolverStep both = new DPMSolverStep(levels[i - 1], interval.next(), false);
        table.add(
            evaluation.nextOfPrevious(
                both.sampleWeight(), both.secondOfInside(interval.level(), heun)));
      } else {
        DPMSolverStep alone = new DPMSolverStep(interval.level(), interval.next(), false);
        table.add(evaluation.next(alone.sampleWeight(), alone.first()));
      }
    }
    return Plan.of(begin, 1, table);
  }

  @Override
  public Placement placement() {
    return Placement.SIGMAS;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }

  private String solverType(Config config) {
    return config.choice("solver_type", "midpoint", DPMSolverMultistep.SOLVERS);
  }

  private static boolean isSecondOrder(
      NoiseSchedule noise, double[] sigmas, NoiseLevel before, int i) {
    int steps = sigmas.length - 1;
    boolean lowerOrderFinal =
        noise.config().flag("lower_order_final", false) || noise.finalSigma() == 0;
    boolean last = i == steps - 1 && lowerOrderFinal;
    return i % 2 == 1 && !last && sigmas[i - 1] != sigmas[i] && before.alpha() > 0;
  }
}
