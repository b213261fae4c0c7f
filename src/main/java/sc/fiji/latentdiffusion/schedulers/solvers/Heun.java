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
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;

/**
 * Heun's method on the probability-flow equation (Karras et al. 2022, algorithm 1); diffusers'
 * {@code HeunDiscreteScheduler}. Second order, two evaluations a step: one at its start, one at its
 * end as Euler sees it, and the step is taken again with the mean of both slopes. The last step,
 * which ends without noise, is Euler's; so is a step from noise alone (zero terminal
 * signal-to-noise ratio), unlike diffusers', which multiplies the error of the second slope by a
 * sigma of 4096.
 */
@Plugin(
    type = Solver.class,
    name = "heun",
    label = "Heun",
    description = "Second order, two evaluations a step: Karras et al. 2022, arXiv:2206.00364",
    priority = 2500)
public class Heun implements Solver {

  @Override
  public ClipSettings clipSettings() {
    return new ClipSettings(true, false, false);
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = ConfigSigmas.asked(sigmas, noise.config()).steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      double dt = interval.next().sigma() - interval.level().sigma();
      table.add(Evaluation.ofSlope(table.size(), interval, noise).next(1, dt));
      if (interval.next().sigma() == 0) break;
      if (noise.isLeap(interval.level(), interval.next())) continue;
      double end = grid.timesteps()[begin + interval.step() + 1];
      table.add(
          Evaluation.ofSlope(table.size(), interval.from(end, interval.next()), noise)
              .nextOfPrevious(1, dt / 2, dt / 2));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }
}
