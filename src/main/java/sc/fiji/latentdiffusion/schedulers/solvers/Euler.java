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
 * Euler's method on the probability-flow equation in VE terms (Karras et al. 2022, algorithm 2
 * without churn); diffusers' {@code EulerDiscreteScheduler}.
 */
@Plugin(
    type = Scheduler.class,
    name = "euler",
    label = "Euler",
    description = "First-order steps in sigma: Karras et al. 2022, arXiv:2206.00364",
    priority = 2400)
public class Euler implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    schedule.config().refuse(this, "use_exponential_sigmas", "use_beta_sigmas");
    schedule.config().choice("timestep_type", "discrete", List.of("discrete"));
    int begin = Plan.begin(schedule, steps, strength);
    Steps ladder = ladder(schedule, steps);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::exploding))
      table.add(
          Evaluation.ofData(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(r.level().sampleWeight(r.next()), r.level().dataWeight(r.next())));
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  private Steps ladder(NoiseSchedule schedule, int steps) {
    Steps ladder = Steps.ofPoints(schedule, steps, karras(), schedule.finalSigma());
    List<String> known = List.of("linear", "log_linear");
    String interpolation = schedule.config().choice("interpolation_type", "linear", known);
    if (karras() || interpolation.equals("linear")) return ladder;
    double[] all = schedule.sigmas();
    return Steps.of(ladder.timesteps(), logLinear(all[all.length - 1], all[0], steps), all[0]);
  }

  private static double[] logLinear(double max, double min, int steps) {
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] =
          StrictMath.exp(
              StrictMath.log(max) + (StrictMath.log(min) - StrictMath.log(max)) * i / steps);
    return sigmas;
  }
}
