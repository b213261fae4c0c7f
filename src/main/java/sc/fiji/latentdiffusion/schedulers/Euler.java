package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;

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
    Ladder ladder = ladder(schedule, steps);
    List<Step> table = new ArrayList<>();
    for (Ladder.Rung r : ladder.rungs(begin, NoiseLevel::exploding))
      table.add(
          Step.ofData(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(r.level().sampleWeight(r.next()), r.level().dataWeight(r.next())));
    return Plan.of(begin, ladder.initNoiseSigma(schedule), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  private Ladder ladder(NoiseSchedule schedule, int steps) {
    Ladder ladder = Ladder.ofPoints(schedule, steps, karras(), schedule.finalSigma());
    List<String> known = List.of("linear", "log_linear");
    String interpolation = schedule.config().choice("interpolation_type", "linear", known);
    if (karras() || interpolation.equals("linear")) return ladder;
    double[] all = schedule.sigmas();
    return Ladder.of(ladder.timesteps(), logLinear(all[all.length - 1], all[0], steps), all[0]);
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
