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
 * Heun's method with a third slope, of the step after, where the later slopes weigh less the less
 * noise there is (ComfyUI's {@code sample_heunpp2}): {@code x' = x + (σ' − σ)((1 − w₂ − w₃) d + w₂
 * d₂ + w₃ d₃)} with {@code w₂ = σ'/3σ₀, w₃ = σ"/3σ₀}, σ₀ the first sigma that runs. The last step
 * but one has two slopes, {@code w₂ = σ'/2σ₀}; the last, which ends without noise, is Euler's, and
 * so is a leap from noise alone (zero terminal signal-to-noise ratio).
 */
@Plugin(
    type = Solver.class,
    name = "heunpp2",
    label = "Heun++ 2",
    description = "Up to three evaluations a step, the later ones weighing less: ComfyUI",
    priority = 1190)
public final class HeunPP2 implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    List<Interval> intervals = grid.intervals(begin, noise::varianceExploding);
    for (int i = 0; i < intervals.size(); i++) {
      Interval interval = intervals.get(i);
      double dt = interval.next().sigma() - interval.level().sigma();
      table.add(Evaluation.ofSlope(table.size(), interval, noise).next(1, dt));
      if (interval.next().sigma() == 0) break;
      if (noise.isLeap(interval.level(), interval.next())) continue;
      boolean isLast = i + 2 >= intervals.size();
      double whole = (isLast ? 2 : 3) * intervals.get(0).level().sigma();
      double second = interval.next().sigma() / whole;
      Interval after = intervals.get(i + 1);
      Evaluation atEnd = slope(noise, table.size(), interval, after);
      if (isLast) {
        table.add(atEnd.nextOfPrevious(1, second * dt, (1 - second) * dt));
        continue;
      }
      double third = after.next().sigma() / whole;
      table.add(atEnd.next(1, after.next().sigma() - after.level().sigma()));
      table.add(
          slope(noise, table.size(), interval, intervals.get(i + 2))
              .next(
                  List.of(0.0, 0.0, 1.0),
                  List.of(third * dt, second * dt, (1 - second - third) * dt)));
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  /** An evaluation of a step where a later one starts. */
  private static Evaluation slope(NoiseSchedule noise, int index, Interval step, Interval later) {
    return Evaluation.ofSlope(index, step.from(later.timestep(), later.level()), noise);
  }

  @Override
  public boolean weighsByStart() {
    return true;
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
