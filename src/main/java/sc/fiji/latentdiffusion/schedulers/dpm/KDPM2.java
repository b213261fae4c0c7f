package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.solvers.Ancestral;

/**
 * DPM-Solver-2 in VE terms (Lu et al. 2022, "DPM-Solver", algorithm 1; k-diffusion's {@code
 * sample_dpm_2}); diffusers' {@code KDPM2DiscreteScheduler}. Second order, two evaluations a step:
 * one at its start, one at the geometric mean of its sigmas, whose slope takes the whole step. The
 * last step, which ends without noise, is Euler's.
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
    noise.config().refuse("use_exponential_sigmas", "use_beta_sigmas");
    int begin = Plan.begin(noise, steps, strength);
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    if (!sigmas.followConfig()) grid = grid.rounded(noise, Math::rint);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      Ancestral to = Ancestral.of(noise, interval.level(), interval.next());
      NoiseLevel target = ancestral() ? to.down() : interval.next();
      NoiseLevel middle = noise.varianceExploding(interval.level().middleSigma(target));
      table.add(
          Evaluation.ofSlope(table.size(), interval, noise)
              .next(1, middle.sigma() - interval.level().sigma()));
      if (interval.next().sigma() == 0) break;
      double inside = noise.timestep(middle.sigma());
      double dt = target.sigma() - interval.level().sigma();
      Evaluation second = Evaluation.ofSlope(table.size(), interval.from(inside, middle), noise);
      table.add(
          ancestral()
              ? second.nextOfPrevious(to.scale(), to.scale() * dt).drawing(to.up())
              : second.nextOfPrevious(1, dt));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
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
