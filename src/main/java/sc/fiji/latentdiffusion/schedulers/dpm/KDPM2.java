package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;
import sc.fiji.latentdiffusion.schedulers.solvers.Ancestral;

/**
 * DPM-Solver-2 in VE terms (Lu et al. 2022, "DPM-Solver", algorithm 1; k-diffusion's {@code
 * sample_dpm_2}); diffusers' {@code KDPM2DiscreteScheduler}. Second order, two evaluations a step:
 * one at its start, one at the geometric mean of its sigmas, whose slope takes the whole step. The
 * last step, which ends without noise, is Euler's.
 */
@Plugin(
    type = Scheduler.class,
    name = "kdpm_2",
    label = "KDPM 2",
    description = "DPM-Solver-2, two evaluations a step: Lu et al. 2022, arXiv:2206.00927",
    priority = 2200)
public class KDPM2 implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse(this, "use_exponential_sigmas", "use_beta_sigmas");
    int begin = Plan.begin(schedule, steps, strength);
    Steps ladder = Steps.ofPoints(schedule, steps, karras(), 0);
    if (karras()) ladder = ladder.whole(Math::rint);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::exploding)) {
      NoiseLevel target = ancestral() ? Ancestral.of(r.level(), r.next()).down() : r.next();
      NoiseLevel middle = r.level().middle(target);
      table.add(
          Evaluation.ofNoise(table.size(), r.step(), r.timestep(), r.level(), prediction)
              .next(1, r.level().noiseWeight(middle)));
      if (r.next().sigma() == 0) break;
      Evaluation second =
          Evaluation.ofNoise(
                  table.size(), r.step(), schedule.timestep(middle.sigma()), middle, prediction)
              .nextOfPrevious(1, r.level().noiseWeight(target));
      table.add(ancestral() ? second.drawing(Ancestral.of(r.level(), r.next()).up()) : second);
    }
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  /** Whether a step goes further down and comes back up by fresh noise. */
  boolean ancestral() {
    return false;
  }
}
