/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import sc.fiji.latentdiffusion.schedulers.NoiseLevel;

/**
 * The weights of one step of DPM-Solver++ from one noise level to another (Lu et al. 2022,
 * "DPM-Solver++", algorithms 1 and 2, appendix B; SDE-DPM-Solver++ of its section 5). h is the step
 * in λ; on the stochastic equation data go by 2h:
 *
 * <pre>
 * x' = sample · x + p · x̂0 + q · x̂0' + u · x̂0''/2 + noise · z,
 * p = α'(1 − e^−h), q = α'((e^−h − 1)/h + 1), u = −2α'((e^−h − 1 + h)/h² − 1/2)
 * </pre>
 *
 * with the slopes of x̂0 in units of h; the midpoint rule has p/2 for q.
 */
final class DPMSolverStep {

  private final NoiseLevel from;
  private final NoiseLevel to;
  private final boolean stochastic;
  private final double h;

  /**
   * The step between two variance-preserving levels.
   *
   * @param from where it starts
   * @param to where it ends; may be without noise
   * @param stochastic whether fresh noise is added
   */
  DPMSolverStep(NoiseLevel from, NoiseLevel to, boolean stochastic) {
    this.from = from;
    this.to = to;
    this.stochastic = stochastic;
    h = to.lambda() - from.lambda();
  }

  /** The weight of the sample at the start. */
  double sampleWeight() {
    double ratio = from.sampleWeight(to);
    return stochastic ? ratio * ratio * from.alpha() / to.alpha() : ratio;
  }

  /** The weight of fresh noise. */
  double noiseWeight() {
    return to.sigma() * Math.sqrt(-StrictMath.expm1(-2 * h));
  }

  /** The weights of x̂0 of first order. */
  double[] first() {
    return new double[] {data()};
  }

  /**
   * The weights of x̂0 at the start and at an earlier level, multistep.
   *
   * @param before the level of the evaluation before
   * @param heun Heun's rule instead of the midpoint's
   */
  double[] second(NoiseLevel before, boolean heun) {
    double slope = slope(heun) / r(before);
    return new double[] {data() - slope, slope};
  }

  /**
   * The weights of x̂0 at a level inside the step and at its start, single step.
   *
   * @param inside the level of the newest evaluation
   * @param heun Heun's rule instead of the midpoint's
   */
  double[] secondOfInside(NoiseLevel inside, boolean heun) {
    double slope = slope(heun) / r(inside);
    return new double[] {slope, data() - slope};
  }

  /**
   * The weights of x̂0 at the start and at two earlier levels, multistep: divided differences of
   * first and second order.
   *
   * @param before the level of the evaluation before
   * @param earlier the level of the evaluation before that
   */
  double[] third(NoiseLevel before, NoiseLevel earlier) {
    double r0 = -r(before);
    double r1 = (before.lambda() - earlier.lambda()) / h;
    double curvature = to.alpha() * ((StrictMath.expm1(-h) + h) / (h * h) - 0.5) / (r0 + r1);
    double newer = (slope(true) * (1 + r0 / (r0 + r1)) - curvature) / r0;
    double older = (curvature - slope(true) * r0 / (r0 + r1)) / r1;
    return new double[] {data() + newer, older - newer, -older};
  }

  /** Where a level lies, in units of the step from its start. */
  private double r(NoiseLevel level) {
    return (level.lambda() - from.lambda()) / h;
  }

  private double data() {
    return stochastic ? -to.alpha() * StrictMath.expm1(-2 * h) : from.dataWeight(to);
  }

  private double slope(boolean heun) {
    double step = stochastic ? 2 * h : h;
    return heun ? to.alpha() * (StrictMath.expm1(-step) / step + 1) : data() / 2;
  }
}
