/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.ClipSettings;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * DDPM's ancestral sampling, which adds noise at every step (Ho et al. 2020, equations 7 and 11);
 * diffusers' {@code DDPMScheduler}.
 *
 * <p>The variance of the noise is the posterior's, β̃, or with {@code variance_type} fixed_large β
 * itself. The step that starts at timestep 0 draws no noise.
 */
@Plugin(
    type = Solver.class,
    name = "ddpm",
    label = "DDPM",
    description = "Adds noise at every step, needs many: Ho et al. 2020, arXiv:2006.11239",
    priority = 2900)
public final class DDPM implements Solver {

  /** As in diffusers, which keeps the noise of the last step from vanishing. */
  private static final double LEAST_VARIANCE = 1e-20;

  @Override
  public ClipSettings clipSettings() {
    return new ClipSettings(true, true, true);
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule betas = BetaSchedule.require(noise);
    List<String> known = List.of("fixed_small", "fixed_small_log", "fixed_large");
    boolean large =
        noise.config().choice("variance_type", "fixed_small", known).equals("fixed_large");
    int begin = Plan.begin(noise, steps, strength);
    double[] timesteps = betas.wholeTimesteps(steps);
    List<Evaluation> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      double next = i + 1 < steps ? betas.alphaCumprod((int) timesteps[i + 1]) : 1;
      table.add(step(betas, i - begin, (int) timesteps[i], next, large));
    }
    return Plan.of(begin, 1, table);
  }

  /** With ᾱ and β of the step: {@code x' = √ᾱ' β/(1−ᾱ) x̂0 + √(1−β) (1−ᾱ')/(1−ᾱ) x + √β̃ z}. */
  private static Evaluation step(
      BetaSchedule noise, int i, int timestep, double next, boolean large) {
    double alphaCumprod = noise.alphaCumprod(timestep);
    double beta = 1 - alphaCumprod / next;
    double sampleWeight = Math.sqrt(1 - beta) * (1 - next) / (1 - alphaCumprod);
    double dataWeight = Math.sqrt(next) * beta / (1 - alphaCumprod);
    double posterior = Math.max((1 - next) / (1 - alphaCumprod) * beta, LEAST_VARIANCE);
    Evaluation mean =
        Evaluation.ofData(i, i, timestep, noise.level(timestep), noise)
            .next(sampleWeight, dataWeight);
    return timestep > 0 ? mean.drawing(Math.sqrt(large ? beta : posterior)) : mean;
  }
}
