package sc.fiji.latentdiffusion.schedulers.solvers;

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

/**
 * Heun's method on the probability-flow equation (Karras et al. 2022, algorithm 1); diffusers'
 * {@code HeunDiscreteScheduler}. Second order, two evaluations a step: one at its start, one at its
 * end as Euler sees it, and the step is taken again with the mean of both slopes. The last step,
 * which ends without noise, is Euler's.
 */
@Plugin(
    type = Scheduler.class,
    name = "heun",
    label = "Heun",
    description = "Second order, two evaluations a step: Karras et al. 2022, arXiv:2206.00364",
    priority = 2500)
public class Heun implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse(this, "clip_sample", "use_exponential_sigmas", "use_beta_sigmas");
    int begin = Plan.begin(schedule, steps, strength);
    Steps ladder = Steps.ofPoints(schedule, steps, karras(), 0);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::exploding)) {
      double dt = r.next().sigma() - r.level().sigma();
      table.add(
          Evaluation.ofNoise(table.size(), r.step(), r.timestep(), r.level(), prediction)
              .next(1, dt));
      if (r.next().sigma() == 0) break;
      double end = ladder.timesteps()[begin + r.step() + 1];
      table.add(
          Evaluation.ofNoise(table.size(), r.step(), end, r.next(), prediction)
              .nextOfPrevious(1, dt / 2, dt / 2));
    }
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }
}
