/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Refusal;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;
import sc.fiji.latentdiffusion.schedulers.solvers.MultistepOrder;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * UniPC, a multistep predictor whose samples are corrected once the network has seen them (Zhao et
 * al. 2023, algorithms 5–8, data prediction); diffusers' {@code UniPCMultistepScheduler}.
 *
 * <p>The corrector takes the step before again, with the new x̂0 at its end, and the predictor goes
 * on from there; the network sees the sample before correction. {@code solver_order} of the config
 * (2, up to 3) is the order of the predictor, the corrector's is one more; it is lower in the first
 * steps that run, and with {@code lower_order_final} in the last ones.
 */
@Plugin(
    type = Solver.class,
    name = "unipc",
    label = "UniPC",
    description = "Multistep predictor and corrector: Zhao et al. 2023, arXiv:2302.04867",
    priority = 1500)
public class UniPC implements Solver {

  private static final int MAX_ORDER = 3;

  /** Solvers of other classes count as bh2, as in diffusers. */
  private static final List<String> SOLVERS = List.of("bh2", "bh1", "midpoint", "heun", "logrho");

  @Override
  public ClipSettings clipSettings() {
    return ClipSettings.THRESHOLDS;
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    boolean bh1 = check(noise.config()).equals("bh1");
    Steps grid = grid(noise, ConfigSigmas.asked(sigmas, noise.config()), steps);
    int begin = grid.begin(strength);
    if (begin == grid.count()) return Plan.EMPTY;
    NoiseLevel[] levels = grid.levels(noise::variancePreserving);
    List<Evaluation> table = new ArrayList<>();
    int history = MultistepOrder.historyBegin(levels, begin);
    UniPCStep before = null;
    for (Interval interval : grid.intervals(begin, noise::variancePreserving)) {
      int i = begin + interval.step();
      UniPCStep solver = new UniPCStep(levels, i, order(noise, grid.sigmas(), history, i), bh1);
      Evaluation evaluation =
          Evaluation.ofData(table.size(), interval, noise)
              .next(solver.sampleWeight(), solver.predicted());
      table.add(before == null ? evaluation : evaluation.corrected(before.correction()));
      before = i >= history && isCorrected(noise.config(), grid.sigmas(), i) ? solver : null;
    }
    return Plan.of(begin, 1, table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }

  private String check(Config config) {
    if (!config.flag("predict_x0", true)) throw Refusal.of("predict_x0", false);
    return config.choice("solver_type", "bh2", SOLVERS);
  }

  private static Steps grid(NoiseSchedule noise, Sigmas sigmas, int steps) {
    double end = noise.finalSigma() > 0 ? sigmas.last(noise) : 0;
    return sigmas.steps(noise, Counting.INTERVALS, steps, end).rounded(noise, Math::rint);
  }

  private static int order(NoiseSchedule noise, double[] sigmas, int history, int i) {
    int most = MultistepOrder.solverOrder(noise.config(), MAX_ORDER);
    int left = sigmas.length - 1 - i;
    if (noise.config().flag("lower_order_final", true)) most = Math.min(most, left);
    if (sigmas[i + 1] == 0) most = 1;
    return MultistepOrder.withHistory(sigmas, history, i, most);
  }

  /** Whether a step is taken again afterwards: not if it went nowhere, or the config forbids it. */
  private static boolean isCorrected(Config config, double[] sigmas, int i) {
    double[] disabled = config.numbers("disable_corrector").orElse(new double[0]);
    return sigmas[i] != sigmas[i + 1] && DoubleStream.of(disabled).noneMatch(d -> d == i);
  }
}
