package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Scheduler;
import sc.fiji.latentdiffusion.schedulers.SchedulerConfig;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;
import sc.fiji.latentdiffusion.schedulers.sigmas.Steps;
import sc.fiji.latentdiffusion.schedulers.solvers.MultistepOrder;

/**
 * UniPC, a multistep predictor whose samples are corrected once the network has seen them (Zhao et
 * al. 2023, algorithms 5–8, data prediction); diffusers' {@code UniPCMultistepScheduler}.
 *
 * <p>The corrector takes the step before again, with the new x̂0 at its end, and the predictor goes
 * on from there; what the network has seen is the sample before correction. {@code solver_order} of
 * the config (2, up to 3) is the order of the predictor, the corrector's is one more; it is lower
 * in the first steps that run, and with {@code lower_order_final} in the last ones.
 */
@Plugin(
    type = Scheduler.class,
    name = "unipc",
    label = "UniPC",
    description = "Multistep predictor and corrector: Zhao et al. 2023, arXiv:2302.04867",
    priority = 1500)
public class UniPC implements Scheduler {

  private static final int MAX_ORDER = 3;

  /** Solvers of other classes count as bh2, as in diffusers. */
  private static final List<String> SOLVERS = List.of("bh2", "bh1", "midpoint", "heun", "logrho");

  @Override
  public Plan plan(NoiseSchedule schedule, Prediction prediction, int steps, double strength) {
    boolean bh1 = check(schedule.config()).equals("bh1");
    int begin = Plan.begin(schedule, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    Steps ladder = ladder(schedule, steps);
    NoiseLevel[] levels = ladder.levels(NoiseLevel::preserving);
    List<Evaluation> table = new ArrayList<>();
    UniPCStep before = null;
    for (Steps.Rung r : ladder.rungs(begin, NoiseLevel::preserving)) {
      int i = begin + r.step();
      UniPCStep solver = new UniPCStep(levels, i, order(schedule, ladder.sigmas(), begin, i), bh1);
      Evaluation step =
          Evaluation.ofData(r.step(), r.step(), r.timestep(), r.level(), prediction)
              .next(solver.sampleWeight(), solver.predicted());
      table.add(before == null ? step : step.corrected(before.correction()));
      before = isCorrected(schedule.config(), ladder.sigmas(), i) ? solver : null;
    }
    return Plan.of(begin, 1, table);
  }

  /** Whether the sigmas are Karras's: {@code use_karras_sigmas}. */
  boolean karras() {
    return false;
  }

  private String check(SchedulerConfig config) {
    config.refuse(
        this, "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas");
    if (!config.flag("predict_x0", true)) throw SchedulerConfig.cannot(this, "predict_x0", false);
    return config.choice("solver_type", "bh2", SOLVERS);
  }

  private Steps ladder(NoiseSchedule schedule, int steps) {
    Spacing spacing = schedule.spacing().orElse(Spacing.LINSPACE);
    double end = schedule.finalSigma();
    double last = end > 0 && karras() ? Karras.last(schedule) : end;
    return Steps.ofIntervals(schedule, spacing, steps, karras(), last).whole(Math::rint);
  }

  private int order(NoiseSchedule schedule, double[] sigmas, int begin, int i) {
    int most = MultistepOrder.solverOrder(this, schedule.config(), MAX_ORDER);
    int left = sigmas.length - 1 - i;
    if (schedule.config().flag("lower_order_final", true)) most = Math.min(most, left);
    if (sigmas[i + 1] == 0) most = 1;
    return MultistepOrder.withHistory(sigmas, begin, i, most);
  }

  /** Whether a step is taken again afterwards: not if it went nowhere, or the config forbids it. */
  private static boolean isCorrected(SchedulerConfig config, double[] sigmas, int i) {
    double[] disabled = config.numbers("disable_corrector").orElse(new double[0]);
    return sigmas[i] != sigmas[i + 1] && DoubleStream.of(disabled).noneMatch(d -> d == i);
  }
}
