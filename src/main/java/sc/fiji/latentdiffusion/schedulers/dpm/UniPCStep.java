/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.dpm;

import java.util.Arrays;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Correction;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;

/**
 * The weights of one step of UniPC with data prediction (Zhao et al. 2023, equations 3–9; B(h) of
 * its section 3.1): with h the step in λ, r_k where the k-th evaluation before lies in units of h,
 *
 * <pre>
 * x' = σ'/σ · x + α'(1 − e^−h) · m_0 − α' B(h) · Σ_k ρ_k (m_k − m_0)/r_k
 * </pre>
 *
 * where the ρ solve {@code Σ_k ρ_k r_k^(n−1) = n! φ_(n+1)(−h) / B(h)}, n = 1, 2, … The corrector
 * has one term more, of the new evaluation at the end of the step, r = 1.
 */
final class UniPCStep {

  private final NoiseLevel[] levels;
  private final int i;
  private final int order;
  private final double h;
  private final double scale;

  /**
   * The step that starts at a level.
   *
   * @param levels one a step, and the one at which the last step ends
   * @param i the step
   * @param order of the predictor, 1…
   * @param bh1 B(h) = −h instead of e^−h − 1
   */
  UniPCStep(NoiseLevel[] levels, int i, int order, boolean bh1) {
    this.levels = levels;
    this.i = i;
    this.order = order;
    h = levels[i + 1].lambda() - levels[i].lambda();
    scale = bh1 ? -h : StrictMath.expm1(-h);
  }

  /** The weight of the sample at the start. */
  double sampleWeight() {
    return levels[i].sampleWeight(levels[i + 1]);
  }

  /** The weights of x̂0 at the start, and at the evaluations before it. */
  double[] predicted() {
    double[] r = new double[order - 1];
    for (int k = 0; k < r.length; k++) r[k] = r(k + 1);
    return weights(r, order == 2 ? new double[] {0.5} : rho(r));
  }

  /** The step taken again from the sample that was kept at its start, once its end was seen. */
  Correction correction() {
    double[] r = new double[order];
    r[0] = 1;
    for (int k = 1; k < order; k++) r[k] = r(k);
    double[] weights = weights(r, order == 1 ? new double[] {0.5} : rho(r));
    double start = weights[0]; // history is newest first: the end of the step, its start, …
    weights[0] = weights[1];
    weights[1] = start;
    return new Correction(List.of(0.0, sampleWeight()), Arrays.stream(weights).boxed().toList());
  }

  private double r(int before) {
    return (levels[i - before].lambda() - levels[i].lambda()) / h;
  }

  /** The weight of m_0, then those of the others in the order of r. */
  private double[] weights(double[] r, double[] rho) {
    double[] weights = new double[r.length + 1];
    weights[0] = levels[i].dataWeight(levels[i + 1]);
    for (int k = 0; k < r.length; k++) {
      weights[k + 1] = -levels[i + 1].alpha() * scale * rho[k] / r[k];
      weights[0] -= weights[k + 1];
    }
    return weights;
  }

  private double[] rho(double[] r) {
    double[] b = new double[r.length];
    double phi = StrictMath.expm1(-h) / -h - 1;
    double factorial = 1;
    for (int n = 0; n < b.length; n++) {
      b[n] = phi * factorial / scale;
      factorial *= n + 2;
      phi = phi / -h - 1 / factorial;
    }
    return vandermonde(r, b);
  }

  /** Solves {@code Σ_k x_k r_k^n = b_n} (Björck and Pereyra 1970, dual). */
  private static double[] vandermonde(double[] r, double[] b) {
    int n = b.length;
    double[] x = b.clone();
    for (int k = 0; k < n - 1; k++) for (int j = n - 1; j > k; j--) x[j] -= r[k] * x[j - 1];
    for (int k = n - 2; k >= 0; k--) {
      for (int j = k + 1; j < n; j++) x[j] /= r[j] - r[j - k - 1];
      for (int j = k; j < n - 1; j++) x[j] -= x[j + 1];
    }
    return x;
  }
}
