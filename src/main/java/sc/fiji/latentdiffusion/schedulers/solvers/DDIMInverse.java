/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.schedulers.Clipping;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Refusal;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;

/**
 * DDIM backwards: from a picture's latents to the noise of which {@link DDIM} makes them (Song et
 * al. 2021, equation 14; Mokady et al. 2022, arXiv:2211.09794, equation 3); diffusers' {@code
 * DDIMInverseScheduler}. A step rises from the noise one stride below a timestep to that of the
 * timestep, for which the network is asked with the present, less noisy sample: so the way back is
 * the same only as far as both predictions are.
 *
 * <p>With flow matching it is Euler's step backwards, in the same way: {@code x' = x + (σ' − σ) v},
 * where v is asked for at the time of σ'.
 */
public final class DDIMInverse {

  private DDIMInverse() {}

  /**
   * Returns the plan of all steps, the least noisy first, at the timesteps of {@link DDIM}.
   *
   * @param noise the model's noise schedule
   * @param steps 1…the train timesteps
   * @return begins with the picture's latents alone
   * @throws IllegalArgumentException if the schedule is EDM's
   */
  public static Plan plan(NoiseSchedule noise, int steps) {
    require(noise);
    return noise instanceof BetaSchedule betas ? table(betas, steps) : flow(noise, steps);
  }

  /**
   * Checks that there is a plan for a kind of schedule.
   *
   * @throws IllegalArgumentException if the schedule is EDM's
   */
  public static void require(NoiseSchedule noise) {
    if (noise instanceof FlowSchedule) return;
    try {
      BetaSchedule.require(noise);
    } catch (Refusal e) {
      throw new IllegalArgumentException("Inversion by ddim " + e.getMessage(), e);
    }
  }

  private static Plan flow(NoiseSchedule noise, int steps) {
    Steps grid = Steps.ofTimesteps(noise, noise.timesteps(Counting.POINTS, steps), 0);
    NoiseLevel[] levels = grid.levels(noise::variancePreserving);
    List<Evaluation> table = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      NoiseLevel level = levels[steps - i];
      NoiseLevel next = levels[steps - i - 1];
      double timestep = grid.timesteps()[steps - i - 1];
      table.add(
          Evaluation.of(i, i, timestep, level, noise, noise.slope(level))
              .next(1, next.sigma() - level.sigma()));
    }
    return new Plan(1, 0, table);
  }

  private static Plan table(BetaSchedule noise, int steps) {
    Optional<Clipping> limit = new DDIM().clipSettings().of(noise);
    double[] timesteps = noise.wholeTimesteps(steps);
    List<Evaluation> table = new ArrayList<>();
    for (int i = 0; i < timesteps.length; i++) {
      int timestep = (int) timesteps[timesteps.length - 1 - i];
      NoiseLevel level = DDIM.earlier(noise, timestep - noise.trainSteps() / steps);
      NoiseLevel next = noise.level(timestep);
      Evaluation row = Evaluation.of(i, i, timestep, level, noise, noise.noise(level));
      table.add(
          limit
              .map(clipping -> clipped(row, next, clipping))
              .orElseGet(() -> row.next(level.scale(next), level.noiseWeight(next))));
    }
    return new Plan(1, 0, table);
  }

  /** The step {@code α' x̂0 + σ' ε̂}, of the noise that belongs to x̂0 before it is clipped. */
  private static Evaluation clipped(Evaluation row, NoiseLevel next, Clipping limit) {
    OutputWeights noise = row.noise();
    OutputWeights scaled =
        new OutputWeights(next.sigma() * noise.sample(), next.sigma() * noise.output());
    return row.clipped(scaled, limit.withDataWeight(next.alpha())).next(0, 1);
  }
}
