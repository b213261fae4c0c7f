/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * Multistep sampling of a latent consistency model (Luo et al. 2023, algorithm 3; Song et al. 2023,
 * algorithm 1); diffusers' {@code LCMScheduler}. Each step jumps to the data and adds fresh noise.
 *
 * <p>The steps are some of the {@code original_inference_steps} (50) that the model was distilled
 * with, so there are no more than those. The boundary condition leaves less than 1e-5 of the sample
 * in the result.
 *
 * <p>With flow matching the steps lie where the config puts them, and there is no boundary
 * condition (diffusers' {@code stochastic_sampling}).
 */
@Plugin(
    type = Solver.class,
    name = "lcm",
    label = "LCM",
    description =
        "For models distilled to 1–8 steps, guidance off: Luo et al. 2023, arXiv:2310.04378",
    priority = 1400)
public final class LCM implements Solver {

  /** The standard deviation of data that the boundary condition supposes. */
  private static final double SIGMA_DATA = 0.5;

  @Override
  public ClipSettings clipSettings() {
    return new ClipSettings(true, false, true);
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    int begin = Plan.begin(noise, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    return noise instanceof BetaSchedule betas
        ? distilled(betas, begin, steps)
        : jumps(noise, sigmas.steps(noise, Counting.POINTS, steps, 0), begin);
  }

  /** The steps of a model with betas. */
  private static Plan distilled(BetaSchedule betas, int begin, int steps) {
    int[] timesteps = timesteps(betas, steps);
    List<Evaluation> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      NoiseLevel level = betas.level(timesteps[i]);
      Evaluation jump =
          Evaluation.of(
              i - begin, i - begin, timesteps[i], level, betas, data(betas, timesteps[i], level));
      table.add(i + 1 == steps ? jump.next(0, 1) : to(betas.level(timesteps[i + 1]), jump));
    }
    return Plan.of(begin, 1, table);
  }

  /** The steps of other models, without a boundary condition. */
  private static Plan jumps(NoiseSchedule noise, Steps grid, int begin) {
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      Evaluation jump = Evaluation.ofData(table.size(), interval, noise);
      boolean last = interval.next().sigma() == 0;
      table.add(last ? jump.next(0, 1) : to(interval.next(), jump));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  private static Evaluation to(NoiseLevel next, Evaluation jump) {
    return jump.next(0, next.alpha()).drawing(next.sigma());
  }

  /** x̂0 under the boundary condition: {@code c_out · x̂0 + c_skip · x}. */
  private static OutputWeights data(NoiseSchedule noise, int timestep, NoiseLevel level) {
    double t = timestep * noise.config().number("timestep_scaling", 10);
    double sum = t * t + SIGMA_DATA * SIGMA_DATA;
    OutputWeights data = noise.predOriginalSample(level);
    double out = t / Math.sqrt(sum);
    return new OutputWeights(
        out * data.sample() + SIGMA_DATA * SIGMA_DATA / sum, out * data.output());
  }

  /**
   * So many of the timesteps of distillation, noisiest first.
   *
   * @throws IllegalArgumentException if there are more steps than those
   */
  static int[] timesteps(BetaSchedule noise, int steps) {
    int original = noise.config().integer("original_inference_steps", 50, 1, noise.trainSteps());
    if (steps > original)
      throw new IllegalArgumentException(
          "steps: this scheduler is for models distilled to few steps and takes 1…"
              + original
              + " (original_inference_steps); found "
              + steps
              + ".");
    int stride = noise.trainSteps() / original;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++)
      timesteps[i] = (original - (int) ((double) i * original / steps)) * stride - 1;
    return timesteps;
  }
}
