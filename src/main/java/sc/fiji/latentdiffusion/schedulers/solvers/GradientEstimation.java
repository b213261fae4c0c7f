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
 * Euler's method with a slope that is led on by its change since the last step (Permenter and Yuan
 * 2024, "Interpreting and Improving Diffusion Models from an Optimization Perspective", equation
 * 12, γ = 2; ComfyUI's {@code sample_gradient_estimation}): {@code x' = x + (σ' − σ)(d + (γ − 1)(d
 * − d₋₁))}. The first step, and the last, which ends without noise, are Euler's.
 */
@Plugin(
    type = Solver.class,
    name = "gradient_estimation",
    label = "Gradient Estimation",
    description = "Euler with the slope led on: Permenter and Yuan 2024, arXiv:2306.04848",
    priority = 1180)
public final class GradientEstimation implements Solver {

  private static final double GAMMA = 2;

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      double dt = interval.next().sigma() - interval.level().sigma();
      Evaluation evaluation = Evaluation.ofSlope(table.size(), interval, noise);
      boolean isEuler = interval.step() == 0 || interval.next().sigma() == 0;
      table.add(
          isEuler ? evaluation.next(1, dt) : evaluation.next(1, GAMMA * dt, (1 - GAMMA) * dt));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
