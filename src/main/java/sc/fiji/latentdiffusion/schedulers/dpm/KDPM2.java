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
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.schedulers.solvers.Ancestral;

/**
 * DPM-Solver-2 in VE terms (Lu et al. 2022, "DPM-Solver", algorithm 1; k-diffusion's {@code
 * sample_dpm_2}); diffusers' {@code KDPM2DiscreteScheduler}. Second order, two evaluations a step:
 * one at its start, one at the geometric mean of its sigmas, whose slope takes the whole step. The
 * last step, which ends without noise, is Euler's; so is a leap from noise alone (zero terminal
 * signal-to-noise ratio), unlike diffusers'.
 */
@Plugin(
    type = Solver.class,
    name = "kdpm_2",
    label = "KDPM 2",
    description = "DPM-Solver-2, two evaluations a step: Lu et al. 2022, arXiv:2206.00927",
    priority = 2200)
public class KDPM2 implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    Sigmas asked = ConfigSigmas.asked(sigmas, noise.config());
    Steps grid = asked.steps(noise, Counting.POINTS, steps, 0);
    if (asked instanceof Karras) grid = grid.rounded(noise, Math::rint);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      Ancestral to = step(noise, interval);
      double dt = to.down().sigma() - interval.level().sigma();
      if (noise.isLeap(interval.level(), interval.next())) {
        Evaluation alone = Evaluation.ofSlope(table.size(), interval, noise);
        table.add(drawn(alone.next(to.scale(), to.scale() * dt), to));
        continue;
      }
      NoiseLevel middle = noise.varianceExploding(interval.level().middleSigma(to.down()));
      table.add(
          Evaluation.ofSlope(table.size(), interval, noise)
              .next(1, middle.sigma() - interval.level().sigma()));
      if (interval.next().sigma() == 0) break;
      double inside = noise.timestep(middle.sigma());
      Evaluation second = Evaluation.ofSlope(table.size(), interval.from(inside, middle), noise);
      table.add(drawn(second.nextOfPrevious(to.scale(), to.scale() * dt), to));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  /** Where a step goes without noise, and the noise that it adds there. */
  private Ancestral step(NoiseSchedule noise, Interval interval) {
    return ancestral()
        ? Ancestral.of(noise, interval.level(), interval.next())
        : new Ancestral(interval.next(), 1, 0);
  }

  private Evaluation drawn(Evaluation evaluation, Ancestral to) {
    return ancestral() ? evaluation.drawing(to.up()) : evaluation;
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }

  /** Whether a step goes further down and comes back up by fresh noise. */
  boolean ancestral() {
    return false;
  }
}
