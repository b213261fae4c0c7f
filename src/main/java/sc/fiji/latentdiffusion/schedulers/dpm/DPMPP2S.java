package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.SchedulerConfig;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;

/**
 * DPM-Solver++ of second order, single step (Lu et al. 2022, "DPM-Solver++", algorithm 1, with the
 * inner point where the schedule has one); diffusers' {@code DPMSolverSinglestepScheduler} with
 * {@code solver_order} 2 and {@code algorithm_type} dpmsolver++.
 *
 * <p>Every second evaluation takes its step together with the one before, of second order, from
 * where that started. As in diffusers each evaluation counts as a step, the steps are spaced
 * linspace whatever the config says, and {@code lower_order_final} is in force for an odd number of
 * steps and where the last one ends without noise: then the last is of first order.
 */
@Plugin(
    type = Scheduler.class,
    name = "dpmpp_2s",
    label = "DPM++ 2S",
    description = "Second-order single-step DPM-Solver++: Lu et al. 2022, arXiv:2211.01095",
    priority = 2000)
public class DPMPP2S implements Scheduler {

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    boolean heun = check(schedule.config()).equals("heun");
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    Steps ladder =
        Steps.ofIntervals(schedule, Spacing.LINSPACE, steps, karras(), schedule.finalSigma())
            .whole(Math::rint);
    NoiseLevel[] levels = ladder.levels(NoiseLevel::preserving);
    List<Evaluation> table = new ArrayList<>();
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::preserving)) {
      int i = begin + r.step();
      Evaluation step = Evaluation.ofData(r.step(), r.step(), r.timestep(), r.level(), prediction);
      if (i > begin && isSecondOrder(schedule, ladder.sigmas(), i)) {
        DPMSolverStep both = new DPMSolverStep(levels[i - 1], r.next(), false);
        table.add(step.nextOfPrevious(both.sampleWeight(), both.secondOfInside(r.level(), heun)));
      } else {
        DPMSolverStep alone = new DPMSolverStep(r.level(), r.next(), false);
        table.add(step.next(alone.sampleWeight(), alone.first()));
      }
    }
    return Plan.of(begin, 1, table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  /** Refuses what it cannot do, and tells the solver type. */
  private String check(SchedulerConfig config) {
    config.refuse(
        this, "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas");
    return config.choice("solver_type", "midpoint", DPMSolverMultistep.SOLVERS);
  }

  private static boolean isSecondOrder(NoiseSchedule schedule, double[] sigmas, int i) {
    int steps = sigmas.length - 1;
    boolean lowerOrderFinal =
        schedule.config().flag("lower_order_final", false) || schedule.finalSigma() == 0;
    boolean last = i == steps - 1 && lowerOrderFinal;
    return i % 2 == 1 && !last && sigmas[i - 1] != sigmas[i];
  }
}
