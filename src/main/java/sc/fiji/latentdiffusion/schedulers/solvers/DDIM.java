/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
import sc.fiji.latentdiffusion.schedulers.Clipping;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * DDIM without added noise (Song et al. 2021, equation 12 with η = 0); diffusers' {@code
 * DDIMScheduler}.
 *
 * <p>A step goes to the timestep one stride earlier, also where the spacing's next one lies
 * elsewhere (linspace), as in diffusers. Where {@code set_alpha_to_one} is false the last step ends
 * at train timestep 0, which leaves its noise, σ ≈ 0.03, in the result.
 *
 * <p>With flow matching it is {@link Euler}.
 */
@Plugin(
    type = Solver.class,
    name = "ddim",
    label = "DDIM",
    description = "Deterministic first-order steps: Song et al. 2021, arXiv:2010.02502",
    priority = 3000)
public final class DDIM implements Solver {

  @Override
  public ClipSettings clipSettings() {
    return new ClipSettings(true, true, true);
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    if (!(noise instanceof BetaSchedule betas))
      return new Euler().plan(noise, sigmas, steps, strength);
    int begin = Plan.begin(noise, steps, strength);
    double[] timesteps = betas.wholeTimesteps(steps);
    List<Evaluation> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      int timestep = (int) timesteps[i];
      NoiseLevel level = betas.level(timestep);
      NoiseLevel next = earlier(betas, timestep - noise.trainSteps() / steps);
      table.add(
          Evaluation.ofData(i - begin, i - begin, timestep, level, noise)
              .next(level.sampleWeight(next), level.dataWeight(next)));
    }
    return Plan.of(begin, 1, table);
  }

  /** The step {@code α' x̂0 + σ' ε̂}, of the noise that belongs to x̂0 before it is clipped. */
  @Override
  public Evaluation clipped(Evaluation row, Clipping limit) {
    if (row.sampleWeights().isEmpty()) return row.clipped(limit);
    double sampleWeight = row.sampleWeights().get(0);
    double sigma = row.level().sigma() * sampleWeight;
    double alpha = row.modelWeights().get(0) + row.level().alpha() * sampleWeight;
    OutputWeights noise =
        new OutputWeights(sigma * row.noise().sample(), sigma * row.noise().output());
    return row.clipped(noise, limit.withDataWeight(alpha)).next(0, 1);
  }

  /** The level of a timestep; below 0 the config says whether some noise is left. */
  static NoiseLevel earlier(BetaSchedule noise, int timestep) {
    boolean finished = timestep < 0 && noise.config().flag("set_alpha_to_one", true);
    return finished ? NoiseLevel.ofAlphaCumprod(1) : noise.level(timestep);
  }
}
