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
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.solvers.Ancestral;

/**
 * DPM-Solver++ of second order, single step, to a lower sigma than the next, and fresh noise up to
 * it (Lu et al. 2022, "DPM-Solver++", algorithm 1; k-diffusion's {@code sample_dpmpp_2s_ancestral},
 * η = 1). The second evaluation lies at the geometric mean of both sigmas. The last step, which
 * ends without noise, is Euler's; so is a leap from noise alone.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_2s_a",
    label = "DPM++ 2S Ancestral",
    description = "DPM++ 2S with fresh noise at every step: Lu et al. 2022, arXiv:2211.01095",
    priority = 1195)
public final class DPMPP2SAncestral implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      NoiseLevel level = interval.level();
      Ancestral to = Ancestral.of(noise, level, interval.next());
      Evaluation first = Evaluation.ofData(table.size(), interval, noise);
      boolean isEuler = interval.next().sigma() == 0 || noise.isLeap(level, interval.next());
      if (isEuler) {
        Evaluation alone = first.next(level.sampleWeight(to.down()), level.dataWeight(to.down()));
        table.add(interval.next().sigma() == 0 ? alone : alone.drawing(to.up()));
        continue;
      }
      NoiseLevel middle = noise.varianceExploding(level.middleSigma(to.down()));
      table.add(first.next(level.sampleWeight(middle), level.dataWeight(middle)));
      Interval inside = interval.from(noise.timestep(middle.sigma()), middle);
      table.add(
          Evaluation.ofData(table.size(), inside, noise)
              .nextOfPrevious(level.sampleWeight(to.down()), level.dataWeight(to.down()))
              .drawing(to.up()));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
