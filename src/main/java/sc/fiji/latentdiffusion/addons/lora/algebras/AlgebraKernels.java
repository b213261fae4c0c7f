/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * The formulas of the algebras; the text is {@code algebras}. All tensors are float32. A weight is
 * {@code [o, i]} or {@code [o, i, kh, kw]}; n is {@code i · kh · kw}.
 */
final class AlgebraKernels {

  private final KernelFunctions functions;
  private final NDManager owner;

  /**
   * @param owner of the results
   */
  AlgebraKernels(Kernels kernels, NDManager owner) {
    functions = kernels.functions(AlgebraKernels.class, "algebras");
    this.owner = owner;
  }

  /**
   * The product of two factors.
   *
   * @param up {@code [o, r]} or {@code [o, r, 1, 1]}
   * @param down {@code [r, i]} or {@code [r, i, kh, kw]}
   * @return {@code up · down}, {@code [o, n]}
   */
  NDArray lowRank(NDArray up, NDArray down) {
    return functions.call(owner, "low_rank", up, down);
  }

  /**
   * The product of three factors, the kernel in the middle (a Tucker decomposition).
   *
   * @param up {@code [o, r]} or {@code [o, r, 1, 1]}
   * @param mid {@code [r, r, kh, kw]}
   * @param down {@code [r, i]} or {@code [r, i, 1, 1]}
   * @return {@code [o, n]}
   */
  NDArray tucker(NDArray up, NDArray mid, NDArray down) {
    return functions.call(owner, "tucker", up, mid, down);
  }

  /** The product by elements of two tensors of one shape. */
  NDArray product(NDArray a, NDArray b) {
    return functions.call(owner, "product", a, b);
  }

  /** A matrix with its axes exchanged. */
  NDArray transposed(NDArray matrix) {
    return functions.call(owner, "transposed", matrix);
  }

  /**
   * The Kronecker product, the kernel's axes being those of b.
   *
   * @param a {@code [p, q]}
   * @param b {@code [s, t · kh · kw]} or {@code [s, t, kh, kw]}
   * @return {@code [p · s, q · t, kh, kw]}
   */
  NDArray kronecker(NDArray a, NDArray b, long kh, long kw) {
    return functions.call(owner, "kronecker", a, b, kh, kw);
  }

  /**
   * The skew-symmetric matrices {@code x − xᵀ}.
   *
   * @param x {@code [..., b, b]}
   * @param limit of the norm of all elements; 0 for none
   */
  NDArray skew(NDArray x, double limit) {
    return functions.call(owner, "skew", x, limit);
  }

  /**
   * The skew-symmetric matrices with given numbers above the diagonal.
   *
   * @param triangle {@code [k, b (b − 1) / 2]}, row by row
   * @return {@code [k, b, b]}
   */
  NDArray skewOfTriangle(NDArray triangle, long b) {
    return functions.call(owner, "skew_of_triangle", triangle, b);
  }

  /**
   * Each of k matrices, shortened to a norm of at most a limit.
   *
   * @param q {@code [k, b, b]}
   */
  NDArray within(NDArray q, double limit) {
    return functions.call(owner, "within", q, limit);
  }

  /**
   * The rotations of Cayley's transform: {@code (1 + q)(1 − q)⁻¹}.
   *
   * @param q skew-symmetric, {@code [..., b, b]}
   */
  NDArray cayley(NDArray q) {
    return functions.call(owner, "cayley", q);
  }

  /**
   * Their approximation by a series: {@code 1 + 2 (q + … + q^(last − 1)) + q^last}.
   *
   * @param q {@code [..., b, b]}
   * @param last at least 1
   */
  NDArray cayleySeries(NDArray q, long last) {
    return functions.call(owner, "cayley_series", q, last);
  }

  /**
   * {@code diag(r) · w}.
   *
   * @param w {@code [o, …]}
   * @param r {@code [k, b, b]}, k · b being o
   * @return {@code [o, n]}
   */
  NDArray turnedRows(NDArray w, NDArray r) {
    return functions.call(owner, "turned_rows", w, r);
  }

  /**
   * {@code w · diag(r)ᵀ}.
   *
   * @param w {@code [o, …]}
   * @param r {@code [k, b, b]}, k · b being n; or {@code [1, b, b]} for all blocks
   * @return {@code [o, n]}
   */
  NDArray turnedColumns(NDArray w, NDArray r) {
    return functions.call(owner, "turned_columns", w, r);
  }

  /**
   * The rows in another order: those of (c, a, b) in that of (c, b, a).
   *
   * @param w {@code [c · a · b, n]}
   */
  NDArray swappedRows(NDArray w, long a, long b) {
    return functions.call(owner, "swapped_rows", w, a, b);
  }

  /**
   * The columns in another order: those of (c, a, b, h) in that of (c, b, a, h).
   *
   * @param w {@code [o, c · a · b · h]}
   */
  NDArray swappedColumns(NDArray w, long a, long b, long h) {
    return functions.call(owner, "swapped_columns", w, a, b, h);
  }

  /**
   * {@code weight · r + 1 − weight}, 1 being the matrix that changes nothing.
   *
   * @param r {@code [..., b, b]}
   */
  NDArray partOf(NDArray r, double weight) {
    return functions.call(owner, "part_of", r, weight);
  }

  /**
   * {@code s · x − w}.
   *
   * @param x of as many elements as w
   * @param s that x can be multiplied by: {@code [o, 1]} or one number
   * @param w a weight
   * @return the shape of w
   */
  NDArray scaledDifference(NDArray x, NDArray s, NDArray w) {
    return functions.call(owner, "scaled_difference", x, s, w);
  }

  /**
   * {@code (v − less) · w}, along one axis of w.
   *
   * @param v as many numbers as w has on the axis
   * @param shape −1 on that axis, 1 on the others
   * @return the shape of w
   */
  NDArray scaledAxis(NDArray w, NDArray v, long[] shape, double less) {
    return functions.call(owner, "scaled_axis", w, v, shape, less);
  }

  /**
   * {@code w · a · b} over the inputs.
   *
   * @param w a weight
   * @param a {@code [i, r]} or {@code [i, r, 1, 1]}
   * @param b {@code [r, i]} or {@code [r, i, 1, 1]}
   * @return {@code [o, n]}
   */
  NDArray mixedInputs(NDArray w, NDArray a, NDArray b) {
    return functions.call(owner, "mixed_inputs", w, a, b);
  }

  /**
   * {@code w · a + b} by elements.
   *
   * @param a of the shape of w, or with 1 on some axes
   * @param b likewise
   */
  NDArray affine(NDArray w, NDArray a, NDArray b) {
    return functions.call(owner, "affine", w, a, b);
  }

  /**
   * {@code w · c}.
   *
   * @param w {@code [o, i]}
   * @param c {@code [i, 1]}
   * @return {@code [o]}
   */
  NDArray column(NDArray w, NDArray c) {
    return functions.call(owner, "column", w, c);
  }
}
