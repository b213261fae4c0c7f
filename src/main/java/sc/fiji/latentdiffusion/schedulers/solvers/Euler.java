/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.solvers;

import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.noise.FlowSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.ConfigSigmas;

/**
 * Euler's method on the probability-flow equation in VE terms (Karras et al. 2022, algorithm 2
 * without churn); diffusers' {@code EulerDiscreteScheduler}.
 *
 * <p>With flow matching and {@code stochastic_sampling} each step goes to x̂0 and adds fresh noise,
 * as {@link LCM}, and draws some in the last step, too; diffusers' {@code
 * FlowMatchEulerDiscreteScheduler}.
 */
@Plugin(
    type = Solver.class,
    name = "euler",
    label = "Euler",
    description = "First-order steps in sigma: Karras et al. 2022, arXiv:2206.00364",
    priority = 2400)
public class Euler implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    noise.config().choice("timestep_type", "discrete", List.of("discrete"));
    Steps grid = grid(noise, ConfigSigmas.asked(sigmas, noise.config()), steps);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    boolean jumps = noise instanceof FlowSchedule flow && flow.isStochastic();
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      NoiseLevel level = interval.level();
      NoiseLevel next = interval.next();
      Evaluation evaluation = Evaluation.ofData(table.size(), interval, noise);
      table.add(
          jumps
              ? evaluation.next(0, next.alpha()).drawing(next.sigma())
              : evaluation.next(level.sampleWeight(next), level.dataWeight(next)));
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

  private static Steps grid(NoiseSchedule noise, Sigmas sigmas, int steps) {
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, noise.finalSigma());
    List<String> known = List.of("linear", "log_linear");
    String interpolation = noise.config().choice("interpolation_type", "linear", known);
    if (interpolation.equals("linear") || !sigmas.followConfig()) return grid;
    double[] all = noise.sigmas();
    return Steps.of(grid.timesteps(), logLinear(all[all.length - 1], all[0], steps), all[0]);
  }

  private static double[] logLinear(double max, double min, int steps) {
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] =
          StrictMath.exp(
              StrictMath.log(max) + (StrictMath.log(min) - StrictMath.log(max)) * i / steps);
    return sigmas;
  }
}
