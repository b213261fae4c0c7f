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
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;

/**
 * The linear multistep (Adams–Bashforth) method of fourth order in sigma, with the slopes of up to
 * three evaluations before (k-diffusion's {@code sample_lms}; Hairer, Nørsett and Wanner 1993,
 * section III.5); diffusers' {@code LMSDiscreteScheduler}.
 *
 * <p>The slopes since the first evaluation that runs set the order. diffusers (0.42) counts from
 * the start of the whole schedule: from the middle it takes the weights of a higher order and
 * leaves out those of missing slopes, and its first three steps are too short. If the data are the
 * one point 0.7, its 20 steps with strength 0.5 end at 0.693, these at 0.7.
 */
@Plugin(
    type = Solver.class,
    name = "lms",
    label = "LMS",
    description =
        "Linear multistep in sigma over four evaluations: Karras et al. 2022, arXiv:2206.00364",
    priority = 2700)
public class LMS implements Solver {

  private static final int ORDER = 4;

  /** The nodes of Gauss's quadrature on −1…1 that is exact for cubics. */
  private static final double NODE = 1 / Math.sqrt(3);

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = ConfigSigmas.asked(sigmas, noise.config()).steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      int i = begin + interval.step();
      int order = MultistepOrder.withHistory(grid.sigmas(), begin, i, ORDER);
      table.add(
          Evaluation.ofSlope(table.size(), interval, noise)
              .next(1, weights(grid.sigmas(), i, order)));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }

  @Override
  public boolean takes(Sigmas sigmas) {
    return true;
  }

  /** The weights of so many slopes, newest first: the integrals of Lagrange's polynomials. */
  private static double[] weights(double[] sigmas, int i, int order) {
    double middle = (sigmas[i] + sigmas[i + 1]) / 2;
    double half = (sigmas[i + 1] - sigmas[i]) / 2;
    double[] weights = new double[order];
    for (int k = 0; k < order; k++)
      weights[k] =
          half
              * (lagrange(sigmas, i, order, k, middle - half * NODE)
                  + lagrange(sigmas, i, order, k, middle + half * NODE));
    return weights;
  }

  /** The polynomial that is 1 at the sigma k evaluations before i and 0 at the others. */
  private static double lagrange(double[] sigmas, int i, int order, int k, double sigma) {
    double product = 1;
    for (int j = 0; j < order; j++)
      if (j != k) product *= (sigma - sigmas[i - j]) / (sigmas[i - k] - sigmas[i - j]);
    return product;
  }
}
