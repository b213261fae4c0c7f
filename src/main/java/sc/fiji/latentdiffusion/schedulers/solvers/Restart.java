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
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.Placement;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.Sigmas;
import sc.fiji.latentdiffusion.schedulers.Solver;
import sc.fiji.latentdiffusion.schedulers.Steps;
import sc.fiji.latentdiffusion.schedulers.Steps.Interval;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;

/**
 * Heun's method that goes back: where little noise is left, fresh noise is added and the last steps
 * are taken again (Xu et al. 2023, algorithm 1; AUTOMATIC1111's {@code restart_sampler}). Of n
 * steps that run, fewer than 20 are Heun's alone. From 20 on 9 are taken again, once; from 36 on n
 * / 4, twice. The others lie as Karras places them, and go back where they end nearest a sigma of
 * 0.1, to the one nearest 2.
 */
@Plugin(
    type = Solver.class,
    name = "restart",
    label = "Restart",
    description =
        "Heun, with the last steps taken again from fresh noise: Xu et al. 2023, arXiv:2306.14878",
    priority = 1150)
public final class Restart implements Solver {

  private static final double BACK_AT = 0.1;
  private static final double BACK_TO = 2;

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    BetaSchedule.require(noise);
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    Table table = new Table(noise);
    int count = grid.count() - begin;
    int times = count < 20 ? 0 : count < 36 ? 1 : 2;
    if (times == 0) {
      table.addAll(grid.intervals(begin, noise::varianceExploding));
      return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table.evaluations);
    }
    int again = times == 1 ? 9 : count / 4;
    double[] all = grid.sigmas();
    Bounds bounds = new Bounds(all[begin], all[all.length - 2]);
    Steps down = karras(noise, bounds, count - again * times, 0);
    int at = nearest(down.sigmas(), BACK_AT);
    int to = nearest(down.sigmas(), BACK_TO);
    List<Interval> intervals = down.intervals(0, noise::varianceExploding);
    table.addAll(intervals.subList(0, at));
    for (int i = 0; i < times && to < at; i++) {
      Bounds back = new Bounds(down.sigmas()[to], down.sigmas()[at]);
      double[] repeated = Karras.between(back, again + 1);
      Steps between = Steps.ofSigmas(noise, Arrays.copyOf(repeated, again), back.last());
      table.noise(back.last(), back.first());
      table.addAll(between.intervals(0, noise::varianceExploding));
    }
    table.addAll(intervals.subList(at, intervals.size()));
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table.evaluations);
  }

  private static Steps karras(NoiseSchedule noise, Bounds bounds, int steps, double end) {
    return Steps.ofSigmas(noise, Karras.between(bounds, steps), end);
  }

  private static int nearest(double[] sigmas, double wanted) {
    int nearest = 0;
    for (int i = 1; i < sigmas.length; i++) {
      if (Math.abs(sigmas[i] - wanted) < Math.abs(sigmas[nearest] - wanted)) nearest = i;
    }
    return nearest;
  }

  /** The evaluations of steps that follow one another. */
  private static final class Table {

    private final NoiseSchedule noise;
    private final List<Evaluation> evaluations = new ArrayList<>();
    private int steps;

    Table(NoiseSchedule noise) {
      this.noise = noise;
    }

    void addAll(List<Interval> intervals) {
      for (int i = 0; i < intervals.size(); i++) {
        Interval step = intervals.get(i);
        boolean isLast = i == intervals.size() - 1;
        double end = isLast ? noise.timestep(step.next().sigma()) : intervals.get(i + 1).timestep();
        add(new Interval(steps++, step.timestep(), step.level(), step.next()), end);
      }
    }

    private void add(Interval step, double timestep) {
      NoiseLevel next = step.next();
      double dt = next.sigma() - step.level().sigma();
      evaluations.add(Evaluation.ofSlope(evaluations.size(), step, noise).next(1, dt));
      if (next.sigma() == 0 || noise.isLeap(step.level(), next)) return;
      Interval end = step.from(timestep, next);
      evaluations.add(
          Evaluation.ofSlope(evaluations.size(), end, noise).nextOfPrevious(1, dt / 2, dt / 2));
    }

    /** Adds fresh noise behind the last step. */
    void noise(double from, double to) {
      int last = evaluations.size() - 1;
      double weight = StrictMath.sqrt(to * to - from * from);
      evaluations.set(last, evaluations.get(last).drawing(weight));
    }
  }

  @Override
  public Placement placement() {
    return Placement.SIGMAS;
  }

  @Override
  public boolean isPlacedBy(Sigmas rule) {
    return rule instanceof Karras;
  }

  @Override
  public boolean repeatsSteps() {
    return true;
  }
}
