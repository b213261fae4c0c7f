/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.BrownianIncrement;
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
import sc.fiji.latentdiffusion.schedulers.solvers.Ancestral;

/**
 * DPM-Solver++ on the stochastic equation with a midpoint (k-diffusion's {@code sample_dpmpp_sde},
 * r = 1/2, η = 1); diffusers' {@code DPMSolverSDEScheduler}. Two evaluations a step: one at its
 * start, one at the geometric mean of its sigmas, whose x̂0 takes the whole step. The last step,
 * which ends without noise, is Euler's.
 *
 * <p>Both evaluations draw the increment of one Brownian path since the start of the step. The path
 * is a function of the request's seed and not of the number of steps: more steps converge to one
 * picture. diffusers draws its path by torchsde: another one, of the same distribution.
 */
@Plugin(
    type = Solver.class,
    name = "dpmpp_sde",
    label = "DPM++ SDE",
    description = "Stochastic, two evaluations a step: Lu et al. 2022, arXiv:2211.01095",
    priority = 1600)
public class DPMPPSDE implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    Steps grid = ConfigSigmas.asked(sigmas, noise.config()).steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      Evaluation first = Evaluation.ofData(table.size(), interval, noise);
      NoiseLevel middle = noise.varianceExploding(interval.level().middleSigma(interval.next()));
      table.add(to(noise, middle, interval.level(), first));
      if (interval.next().sigma() == 0) break;
      double inside = noise.timestep(middle.sigma());
      Evaluation second = Evaluation.ofData(table.size(), interval.from(inside, middle), noise);
      table.add(to(noise, interval.next(), interval.level(), second));
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

  /** Goes from the start of the step to a level by the x̂0 of an evaluation. */
  private static Evaluation to(
      NoiseSchedule noise, NoiseLevel next, NoiseLevel level, Evaluation by) {
    Ancestral to = Ancestral.of(noise, level, next);
    double sampleWeight = level.sampleWeight(to.down());
    double dataWeight = level.dataWeight(to.down());
    boolean atStart = by.level().equals(level);
    Evaluation reached =
        atStart ? by.next(sampleWeight, dataWeight) : by.nextOfPrevious(sampleWeight, dataWeight);
    return next.sigma() == 0
        ? reached
        : reached.drawing(to.up(), new BrownianIncrement(level.sigma(), next.sigma()));
  }
}
