package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.SchedulerConfig;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;
import sc.fiji.latentdiffusion.schedulers.solvers.MultistepOrder;

/**
 * DPM-Solver++, multistep (Lu et al. 2022, "DPM-Solver++", algorithm 2 and appendix B), on the
 * probability-flow equation or on the stochastic one (its section 5); diffusers' {@code
 * DPMSolverMultistepScheduler}.
 *
 * <p>The slopes of x̂0 come from the evaluations before, so the first steps that run are of lower
 * order; so is one next to a step of no length (diffusers divides by 0 there), the last one if it
 * ends without noise, and the last ones of fewer than 15 steps with {@code lower_order_final}.
 */
abstract class DPMSolverMultistep implements Scheduler {

  /** Solvers of other classes count as midpoint, as in diffusers. */
  static final List<String> SOLVERS = List.of("midpoint", "heun", "logrho", "bh1", "bh2");

  /** The order, 1…3; stochastic 1…2. */
  abstract int order();

  /** Whether it solves the stochastic equation. */
  boolean stochastic() {
    return false;
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  @Override
  public final Plan plan(
      NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    boolean heun = check(schedule.config()).equals("heun");
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    Steps ladder = ladder(schedule, steps);
    NoiseLevel[] levels = ladder.levels(NoiseLevel::preserving);
    MultistepOrder orders = orders(schedule);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::preserving)) {
      int i = begin + r.step();
      DPMSolverStep solver = new DPMSolverStep(r.level(), r.next(), stochastic());
      double[] weights =
          switch (orders.at(ladder.sigmas(), begin, i)) {
            case 1 -> solver.first();
            case 2 -> solver.second(levels[i - 1], heun);
            default -> solver.third(levels[i - 1], levels[i - 2]);
          };
      Evaluation step =
          Evaluation.ofData(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(solver.sampleWeight(), weights);
      table.add(stochastic() ? step.drawing(solver.noiseWeight()) : step);
    }
    return Plan.of(begin, 1, table);
  }

  /** Refuses what it cannot do, and tells the solver type. */
  private String check(SchedulerConfig config) {
    config.refuse(
        this,
        "thresholding",
        "use_exponential_sigmas",
        "use_beta_sigmas",
        "use_lu_lambdas",
        "use_flow_sigmas");
    return config.choice("solver_type", "midpoint", SOLVERS);
  }

  private MultistepOrder orders(NoiseSchedule schedule) {
    boolean lastIsFirstOrder =
        schedule.finalSigma() == 0 || schedule.config().flag("euler_at_final", false);
    return new MultistepOrder(order(), schedule.config(), lastIsFirstOrder);
  }

  /** Karras's timesteps are rounded, or cut for the cosine schedule, as in diffusers. */
  private Steps ladder(NoiseSchedule schedule, int steps) {
    boolean cosine = schedule.config().text("beta_schedule", "").equals("squaredcos_cap_v2");
    DoubleUnaryOperator whole = cosine ? Math::floor : Math::rint;
    Spacing spacing = schedule.spacing().orElse(Spacing.LINSPACE);
    return Steps.ofIntervals(schedule, spacing, steps, karras(), schedule.finalSigma())
        .whole(whole);
  }
}
