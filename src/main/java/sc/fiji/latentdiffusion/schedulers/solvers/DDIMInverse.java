package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.schedulers.Clipping;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Refusal;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * DDIM backwards: from a picture's latents to the noise of which {@link DDIM} makes them (Song et
 * al. 2021, equation 14; Mokady et al. 2022, arXiv:2211.09794, equation 3); diffusers' {@code
 * DDIMInverseScheduler}. A step rises from the noise one stride below a timestep to that of the
 * timestep, for which the network is asked with the present, less noisy sample: so the way back is
 * the same only as far as both predictions are.
 */
public final class DDIMInverse {

  private DDIMInverse() {}

  /**
   * Returns the plan of all steps, the least noisy first, at the timesteps of {@link DDIM}.
   *
   * @param noise the model's noise schedule
   * @param steps 1…the train timesteps
   * @return begins with the picture's latents alone
   * @throws IllegalArgumentException if the schedule has no betas
   */
  public static Plan plan(NoiseSchedule noise, int steps) {
    try {
      return table(noise, steps);
    } catch (Refusal e) {
      throw new IllegalArgumentException("Inversion by ddim " + e.getMessage(), e);
    }
  }

  private static Plan table(NoiseSchedule noise, int steps) {
    Optional<Clipping> limit = new DDIM().clipSettings().of(noise);
    BetaSchedule betas = BetaSchedule.require(noise);
    double[] timesteps = betas.wholeTimesteps(steps);
    List<Evaluation> table = new ArrayList<>();
    for (int i = 0; i < timesteps.length; i++) {
      int timestep = (int) timesteps[timesteps.length - 1 - i];
      NoiseLevel level = DDIM.earlier(betas, timestep - noise.trainSteps() / steps);
      NoiseLevel next = betas.level(timestep);
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
