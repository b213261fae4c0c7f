/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.Arrays;
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
 * The improved pseudo numerical method (Zhang and Chen 2023, "Fast Sampling of Diffusion Models
 * with Exponential Integrator", appendix; ComfyUI's {@code sample_ipndm}): Adams and Bashforth's
 * weights of up to four slopes dx/dσ, as if steps were of one length. The last step, which ends
 * without noise, is Euler's.
 */
@Plugin(
    type = Solver.class,
    name = "ipndm",
    label = "iPNDM",
    description = "Linear multistep over four slopes: Zhang and Chen 2023, arXiv:2204.13902",
    priority = 1200)
public final class IPNDM implements Solver {

  /** The weights of the newest slope and of those before it, for each order. */
  private static final double[][] WEIGHTS = {
    {1},
    {3 / 2.0, -1 / 2.0},
    {23 / 12.0, -16 / 12.0, 5 / 12.0},
    {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
  };

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      double dt = interval.next().sigma() - interval.level().sigma();
      int order = interval.next().sigma() == 0 ? 1 : Math.min(interval.step() + 1, WEIGHTS.length);
      double[] weights = Arrays.stream(WEIGHTS[order - 1]).map(weight -> dt * weight).toArray();
      table.add(Evaluation.ofSlope(table.size(), interval, noise).next(1, weights));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
