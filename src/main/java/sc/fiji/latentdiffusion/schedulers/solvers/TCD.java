/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * Strategic stochastic sampling of a trajectory consistency model (Zheng et al. 2024, algorithm 4)
 * with γ (diffusers' eta) = 1: each step jumps to train timestep 0 and adds fresh noise; diffusers'
 * {@code TCDScheduler}.
 *
 * <p>The steps are some of the {@code original_inference_steps} (50) that the model was distilled
 * with. The result keeps the noise of timestep 0, σ ≈ 0.03.
 */
@Plugin(
    type = Solver.class,
    name = "tcd",
    label = "TCD",
    description =
        "For models distilled to 1–8 steps, guidance off: Zheng et al. 2024, arXiv:2402.19159",
    priority = 1300)
public final class TCD implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule betas = BetaSchedule.require(noise);
    int begin = Plan.begin(noise, steps, strength);
    if (begin == steps) return Plan.EMPTY;
    int[] timesteps = LCM.timesteps(betas, steps);
    NoiseLevel least = betas.level(0);
    List<Evaluation> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      NoiseLevel level = betas.level(timesteps[i]);
      Evaluation jump =
          Evaluation.of(i - begin, i - begin, timesteps[i], level, noise, at(least, level, noise));
      table.add(i + 1 == steps ? jump.next(0, 1) : to(betas.level(timesteps[i + 1]), least, jump));
    }
    return Plan.of(begin, 1, table);
  }

  /** The point of the trajectory at another level: {@code α · x̂0 + σ · ε̂}. */
  private static OutputWeights at(NoiseLevel least, NoiseLevel level, NoiseSchedule schedule) {
    OutputWeights data = schedule.predOriginalSample(level);
    OutputWeights noise = schedule.noise(level);
    return new OutputWeights(
        least.alpha() * data.sample() + least.sigma() * noise.sample(),
        least.alpha() * data.output() + least.sigma() * noise.output());
  }

  /** Adds the noise that lies between the least level and the next. */
  private static Evaluation to(NoiseLevel next, NoiseLevel least, Evaluation jump) {
    double kept = least.scale(next);
    return jump.next(0, kept).drawing(Math.sqrt(1 - kept * kept));
  }
}
