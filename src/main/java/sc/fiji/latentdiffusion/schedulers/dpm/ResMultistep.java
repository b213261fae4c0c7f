/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

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
 * Refined exponential solver, multistep, of second order (Zhang et al. 2023, "Improved Order
 * Analysis and Design of Exponential Integrator for Diffusion Models Sampling", η = 0; ComfyUI's
 * {@code sample_res_multistep}). With {@code h = ln(σ/σ'), c = −ln(σ₋₁/σ)/h, φ₁ = (1 − e^−h)/h, φ₂
 * = (1 − φ₁)/h}: {@code x' = e^−h x + h((φ₁ − φ₂/c) x̂0 + φ₂/c x̂0₋₁)}. The first step, and the
 * last, which ends without noise, are Euler's.
 */
@Plugin(
    type = Solver.class,
    name = "res_multistep",
    label = "RES Multistep",
    description = "Second-order multistep in log sigma: Zhang et al. 2023, arXiv:2308.02157",
    priority = 1170)
public final class ResMultistep implements Solver {

  @Override
  public Plan plan(NoiseSchedule noise, Sigmas sigmas, int steps, double strength) {
    Steps grid = sigmas.steps(noise, Counting.POINTS, steps, 0);
    int begin = grid.begin(strength);
    List<Evaluation> table = new ArrayList<>();
    double before = Double.NaN;
    for (Interval interval : grid.intervals(begin, noise::varianceExploding)) {
      double sigma = interval.level().sigma();
      double next = interval.next().sigma();
      Evaluation evaluation = Evaluation.ofData(table.size(), interval, noise);
      boolean isEuler = interval.step() == 0 || next == 0 || before == sigma || next == sigma;
      double sampleWeight = interval.level().sampleWeight(interval.next());
      table.add(
          isEuler
              ? evaluation.next(sampleWeight, interval.level().dataWeight(interval.next()))
              : evaluation.next(sampleWeight, weights(before, sigma, next)));
      before = sigma;
    }
    return Plan.of(begin, noise.initNoiseSigma(grid.maxSigma()), table);
  }

  private static double[] weights(double before, double sigma, double next) {
    double h = StrictMath.log(sigma / next);
    double c = -StrictMath.log(before / sigma) / h;
    double phi1 = -StrictMath.expm1(-h) / h;
    double phi2 = (1 - phi1) / h;
    return new double[] {h * (phi1 - phi2 / c), h * phi2 / c};
  }

  @Override
  public Placement placement() {
    return Placement.BOTH;
  }
}
