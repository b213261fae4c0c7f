/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;

/**
 * Euler's method to a lower sigma than the next, and fresh noise up to it (k-diffusion's {@code
 * sample_euler_ancestral} with η = 1, which is DDPM's step in VE terms); diffusers' {@code
 * EulerAncestralDiscreteScheduler}.
 */
@Plugin(
    type = Solver.class,
    name = "euler_a",
    label = "Euler Ancestral",
    description = "Euler with fresh noise at every step: Karras et al. 2022, arXiv:2206.00364",
    priority = 2300)
public final class EulerAncestral implements Solver {

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      Ancestral to = Ancestral.of(noise, interval.level(), interval.next());
      double sampleWeight = to.scale() * interval.level().sampleWeight(to.down());
      double dataWeight = to.scale() * interval.level().dataWeight(to.down());
      table.add(
          Evaluation.ofData(table.size(), interval, noise)
              .next(sampleWeight, dataWeight)
              .drawing(to.up()));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }
}
