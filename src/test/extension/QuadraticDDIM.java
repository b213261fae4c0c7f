/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;

/**
 * DDIM's steps at quadratically spaced timesteps (Song et al. 2021, appendix D.2). No part of the
 * plugin: the tests compile this file and put it on the class path, to prove that one file adds a
 * scheduler.
 */
@Plugin(
    type = Solver.class,
    name = "ddim_quadratic",
    label = "DDIM Quadratic",
    description = "DDIM at quadratically spaced timesteps: Song et al. 2021, arXiv:2010.02502",
    priority = 1)
public final class QuadraticDDIM implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    int begin = Plan.begin(noise, steps, strength);
    List<Evaluation> table = new ArrayList<>();
    for (int i = begin; i < steps; i++) {
      NoiseLevel level = level(noise, steps, i);
      NoiseLevel next = level(noise, steps, i + 1);
      table.add(
          Evaluation.ofData(i - begin, i - begin, timestep(noise, steps, i), level, noise)
              .next(level.sampleWeight(next), level.dataWeight(next)));
    }
    return Plan.of(begin, 1, table);
  }

  private static NoiseLevel level(NoiseSchedule noise, int steps, int i) {
    return noise.variancePreserving(i == steps ? 0 : noise.sigma(timestep(noise, steps, i)));
  }

  private static double timestep(NoiseSchedule noise, int steps, int i) {
    double root = Math.sqrt(noise.trainSteps() - 1) * (steps - i) / steps;
    return Math.round(root * root);
  }
}
