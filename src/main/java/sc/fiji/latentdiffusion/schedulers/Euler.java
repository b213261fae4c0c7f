package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.Arrays;
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
    check(schedule);
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    Spacing spacing = schedule.spacing().orElse(Spacing.LINSPACE);
    double[] timesteps = spacing.points(schedule.trainSteps(), steps, schedule.stepsOffset());
    for (int i = 0; i < steps; i++) timesteps[i] = (float) timesteps[i];
    double[] sigmas = sigmas(schedule, timesteps);
    if (karras()) timesteps = Karras.timesteps(schedule, Arrays.copyOf(sigmas, steps));
    List<Step> table = new ArrayList<>();
    for (int i = begin; i < steps; i++)
      table.add(step(i - begin, timesteps[i], sigmas[i], sigmas[i + 1], prediction));
    if (begin > 0) return new Plan(1, table.get(0).sigma(), table);
    return new Plan(0, initNoiseSigma(spacing, sigmas), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  private static void check(NoiseSchedule schedule) {
    schedule.config().refuse("euler", "use_exponential_sigmas", "use_beta_sigmas");
    schedule.config().choice("timestep_type", "discrete", List.of("discrete"));
  }

  private static Step step(int i, double timestep, double sigma, double nextSigma, Prediction p) {
    NoiseLevel level = NoiseLevel.exploding(sigma);
    NoiseLevel next = NoiseLevel.exploding(nextSigma);
    double t = (float) timestep;
    return Step.ofData(i, t, level, p, level.sampleWeight(next), List.of(level.dataWeight(next)));
  }

  /** One sigma a timestep and the one at which the last step ends, in float32. */
  private double[] sigmas(NoiseSchedule schedule, double[] timesteps) {
    int n = timesteps.length;
    double[] sigmas = Arrays.stream(timesteps).map(schedule::sigma).toArray();
    double last = schedule.finalSigma();
    List<String> known = List.of("linear", "log_linear");
    boolean logLinear =
        schedule.config().choice("interpolation_type", "linear", known).equals("log_linear");
    if (karras()) {
      sigmas = Karras.sigmas(schedule, sigmas[0], sigmas[n - 1], n);
    } else if (logLinear) {
      double[] all = schedule.sigmas();
      sigmas = logLinear(all[all.length - 1], all[0], n);
      last = all[0];
    }
    sigmas = Arrays.copyOf(sigmas, n + 1);
    sigmas[n] = last;
    return Arrays.stream(sigmas).map(s -> (float) s).toArray();
  }

  private static double[] logLinear(double max, double min, int steps) {
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] =
          StrictMath.exp(
              StrictMath.log(max) + (StrictMath.log(min) - StrictMath.log(max)) * i / steps);
    return sigmas;
  }

  private static double initNoiseSigma(Spacing spacing, double[] sigmas) {
    double max = Arrays.stream(sigmas).max().orElseThrow();
    return spacing == Spacing.LEADING ? Math.sqrt(max * max + 1) : max;
  }
}
