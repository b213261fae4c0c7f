package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.BrownianIncrement;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;
import sc.fiji.latentdiffusion.schedulers.solvers.Ancestral;

/**
 * DPM-Solver++ on the stochastic equation with a midpoint (k-diffusion's {@code sample_dpmpp_sde},
 * r = 1/2, η = 1); diffusers' {@code DPMSolverSDEScheduler}. Two evaluations a step: one at its
 * start, one at the geometric mean of its sigmas, whose x̂0 takes the whole step. The last step,
 * which ends without noise, is Euler's.
 *
 * <p>Both evaluations draw the increment of one Brownian path since the start of the step. The path
 * is a function of the request's seed and not of the number of steps, so that more steps converge
 * to one picture. diffusers draws its path by torchsde: another one, of the same distribution.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_sde",
    label = "DPM++ SDE",
    description = "Stochastic, two evaluations a step: Lu et al. 2022, arXiv:2211.01095",
    priority = 1600)
public class DPMPPSDE implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse(this, "use_exponential_sigmas", "use_beta_sigmas");
    int begin = Plan.begin(schedule, steps, strength);
    Steps ladder = Steps.ofPoints(schedule, steps, karras(), 0);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::exploding)) {
      Evaluation first =
          Evaluation.ofData(table.size(), r.step(), r.timestep(), r.level(), prediction);
      NoiseLevel middle = r.level().middle(r.next());
      table.add(to(middle, r.level(), first));
      if (r.next().sigma() == 0) break;
      double inside = schedule.timestep(middle.sigma());
      Evaluation second = Evaluation.ofData(table.size(), r.step(), inside, middle, prediction);
      table.add(to(r.next(), r.level(), second));
    }
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  /** Goes from the start of the step to a level by the x̂0 of an evaluation. */
  private static Evaluation to(NoiseLevel next, NoiseLevel level, Evaluation by) {
    Ancestral to = Ancestral.of(level, next);
    double sampleWeight = level.sampleWeight(to.down());
    double dataWeight = level.dataWeight(to.down());
    boolean atStart = by.level().equals(level);
    Evaluation step =
        atStart ? by.next(sampleWeight, dataWeight) : by.nextOfPrevious(sampleWeight, dataWeight);
    return next.sigma() == 0
        ? step
        : step.drawing(to.up(), new BrownianIncrement(level.sigma(), next.sigma()));
  }
}
