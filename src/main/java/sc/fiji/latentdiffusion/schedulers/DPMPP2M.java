package sc.fiji.latentdiffusion.schedulers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.scijava.plugin.Plugin;

/**
 * DPM-Solver++ of second order, multistep (Lu et al. 2022, "DPM-Solver++", algorithm 2); diffusers'
 * {@code DPMSolverMultistepScheduler} with {@code solver_order} 2 and {@code algorithm_type}
 * dpmsolver++.
 *
 * <p>The slope of x̂0 comes from the evaluation before, so the first step that runs is of first
 * order; so is one that starts at the same sigma as the one before (diffusers divides by 0 there),
 * and the last one if it ends without noise, or if there are fewer than 15 steps and {@code
 * lower_order_final}.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_2m",
    label = "DPM++ 2M",
    description = "Second-order multistep DPM-Solver++: Lu et al. 2022, arXiv:2211.01095",
    priority = 1900)
public class DPMPP2M implements Scheduler {

  /** Solvers of other classes count as midpoint, as in diffusers. */
  private static final List<String> SOLVERS = List.of("midpoint", "heun", "logrho", "bh1", "bh2");

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    check(schedule);
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    double[] timesteps = karras() ? karrasSigmas(schedule, steps) : timesteps(schedule, steps);
    double[] sigmas =
        karras() ? timesteps : Arrays.stream(timesteps).map(schedule::sigma).toArray();
    if (karras()) timesteps = karrasTimesteps(schedule, sigmas);
    NoiseLevel[] levels = levels(sigmas, schedule.finalSigma());
    List<Step> table = new ArrayList<>();
    for (int i = begin; i < sigmas.length; i++) {
      boolean first = i == begin || lowerOrder(schedule, i, sigmas.length) || flat(levels, i);
      List<Double> weights = first ? firstOrder(levels, i) : secondOrder(schedule, levels, i);
      double sampleWeight = levels[i].sampleWeight(levels[i + 1]);
      table.add(Step.ofData(i - begin, timesteps[i], levels[i], prediction, sampleWeight, weights));
    }
    if (table.isEmpty()) return Plan.EMPTY;
    NoiseLevel start = table.get(0).level();
    return begin == 0 ? new Plan(0, 1, table) : new Plan(start.alpha(), start.sigma(), table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  private static void check(NoiseSchedule schedule) {
    schedule
        .config()
        .refuse(
            "dpmpp_2m",
            "thresholding",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_lu_lambdas",
            "use_flow_sigmas");
  }

  private static double[] timesteps(NoiseSchedule schedule, int steps) {
    double clip = schedule.config().number("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    DoublePredicate noisier = sigma -> -StrictMath.log(sigma) < clip;
    int last =
        schedule.trainSteps() - (int) Arrays.stream(schedule.sigmas()).filter(noisier).count();
    Spacing spacing = schedule.spacing().orElse(Spacing.LINSPACE);
    return spacing.intervals(schedule.trainSteps(), last, steps, schedule.stepsOffset());
  }

  private static double[] karrasSigmas(NoiseSchedule schedule, int steps) {
    double[] all = schedule.sigmas();
    return Karras.sigmas(schedule, all[all.length - 1], all[0], steps);
  }

  /** Whole timesteps: rounded, or cut for the cosine schedule, as in diffusers. */
  private static double[] karrasTimesteps(NoiseSchedule schedule, double[] sigmas) {
    boolean cosine = schedule.config().text("beta_schedule", "").equals("squaredcos_cap_v2");
    DoubleUnaryOperator whole = cosine ? Math::floor : Math::rint;
    return Arrays.stream(Karras.timesteps(schedule, sigmas)).map(whole).toArray();
  }

  private static NoiseLevel[] levels(double[] sigmas, double finalSigma) {
    return DoubleStream.concat(Arrays.stream(sigmas), DoubleStream.of(finalSigma))
        .mapToObj(sigma -> NoiseLevel.preserving((float) sigma))
        .toArray(NoiseLevel[]::new);
  }

  private static boolean lowerOrder(NoiseSchedule schedule, int i, int n) {
    return i == n - 1
        && (schedule.finalSigma() == 0
            || schedule.config().flag("euler_at_final", false)
            || n < 15 && schedule.config().flag("lower_order_final", true));
  }

  /** Whether the step, or the one before, goes nowhere: then there is no slope to take. */
  private static boolean flat(NoiseLevel[] levels, int i) {
    return levels[i].equals(levels[i - 1]) || levels[i].equals(levels[i + 1]);
  }

  private static List<Double> firstOrder(NoiseLevel[] levels, int i) {
    return List.of(levels[i].dataWeight(levels[i + 1]));
  }

  /**
   * The weights of the newest x̂0 and the one before. With h the step and r·h the one before in λ:
   * {@code b·m0 + s·(m0 − m1)/r}, where {@code b = −α(e^−h − 1)}, and {@code s = b/2} (midpoint) or
   * {@code α((e^−h − 1)/h + 1)} (heun).
   */
  private static List<Double> secondOrder(NoiseSchedule schedule, NoiseLevel[] levels, int i) {
    NoiseLevel next = levels[i + 1];
    double h = next.lambda() - levels[i].lambda();
    double r = (levels[i].lambda() - levels[i - 1].lambda()) / h;
    double b = levels[i].dataWeight(next);
    boolean heun = schedule.config().choice("solver_type", "midpoint", SOLVERS).equals("heun");
    double s = heun ? next.alpha() * (StrictMath.expm1(-h) / h + 1) : b / 2;
    return List.of(b + s / r, -s / r);
  }
}
