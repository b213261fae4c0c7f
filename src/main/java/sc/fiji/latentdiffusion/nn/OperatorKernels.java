/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Single operators, of which the networks' kernels are made; the text is {@code operators}. Every
 * result belongs to the manager of the first tensor.
 */
public final class OperatorKernels {

  private final KernelFunctions functions;

  OperatorKernels(Kernels kernels) {
    functions = kernels.functions(OperatorKernels.class, "operators");
  }

  KernelFunctions functions() {
    return functions;
  }

  /**
   * Convolves.
   *
   * @param x {@code [b, i, h, w]}
   * @param w {@code [o, i, k, k]}, packed or not
   * @param b {@code [o]}
   * @param stride of both axes
   * @param padding of all sides, zeros
   * @return {@code [b, o, h', w']}
   */
  public NDArray conv(NDArray x, NDArray w, NDArray b, int stride, int padding) {
    return functions.call(x.getManager(), "conv", x, w, b, stride, padding);
  }

  /**
   * Multiplies rows.
   *
   * @param x {@code [n, i]} or {@code [b, n, i]}
   * @param w {@code [o, i]}, packed or not
   * @param b {@code [o]}
   * @return {@code x · wᵀ + b}, {@code [n, o]} or {@code [b, n, o]}
   */
  public NDArray linear(NDArray x, NDArray w, NDArray b) {
    return functions.call(x.getManager(), "linear", x, w, b);
  }

  /**
   * Normalises groups of channels (Wu and He 2018).
   *
   * @param x {@code [b, c, h, w]}
   * @param w {@code [c]}
   * @param b {@code [c]}
   * @param groups of channels; divides c
   * @param eps added to the variance
   * @return the same shape
   */
  public NDArray groupNorm(NDArray x, NDArray w, NDArray b, int groups, double eps) {
    return functions.call(x.getManager(), "group_norm", x, w, b, groups, eps);
  }

  /**
   * Attends: {@code softmax(q · kᵀ / √d) · v} for each head (Vaswani et al. 2017).
   *
   * @param q {@code [b, n, heads · d]}
   * @param k {@code [b, m, heads · d]}
   * @param v {@code [b, m, heads · d]}
   * @param heads that divide the width
   * @param causal whether a token sees none after it
   * @param upcast whether to compute in float32
   * @return {@code [b, n, heads · d]}, in the format of q
   */
  public NDArray attention(
      NDArray q, NDArray k, NDArray v, int heads, boolean causal, boolean upcast) {
    return functions.call(q.getManager(), "attention", q, k, v, heads, causal, upcast);
  }

  /**
   * Lays out a convolution's weight for the processor, where {@link Kernels#packs} says so.
   *
   * @param owner of the result
   * @param w {@code [o, i, k, k]}
   * @param stride of the convolution
   * @return the argument w of {@link #conv}
   */
  public NDArray packConv(NDManager owner, NDArray w, int stride) {
    return functions.call(owner, "pack_conv", w, stride);
  }

  /**
   * Lays out a linear layer's weight for the processor, where {@link Kernels#packs} says so.
   *
   * @param owner of the result
   * @param w {@code [o, i]}
   * @return the argument w of {@link #linear}
   */
  public NDArray packLinear(NDManager owner, NDArray w) {
    return functions.call(owner, "pack_linear", w);
  }

  /** As {@link #packConv} for a convolution of 3 × 3 after an enlargement. */
  NDArray packUpsample(NDManager owner, NDArray w) {
    return functions.call(owner, "pack_upsample", w);
  }
}
