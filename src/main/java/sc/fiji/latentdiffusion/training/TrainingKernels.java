/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/** The kernels of training; the text is {@code training}. Sums and gradients are float32. */
final class TrainingKernels {

  private final KernelFunctions functions;

  TrainingKernels(Kernels kernels) {
    functions = kernels.functions(TrainingKernels.class, "training");
  }

  /**
   * Draws latents.
   *
   * @param posterior means, then deviations, {@code [b, 2 c, h, w]}
   * @param z of mean 0 and variance 1, {@code [b, c, h, w]}
   * @return {@code mean + deviation · z}, {@code [b, c, h, w]}, of the manager of z
   */
  NDArray drawn(NDArray posterior, NDArray z) {
    return functions.call(z.getManager(), "drawn", posterior, z);
  }

  /**
   * Mixes data and noise.
   *
   * @param x {@code [b, c, h, w]}
   * @param y {@code [b, c, h, w]}
   * @param p {@code [b, 1, 1, 1]}
   * @param q {@code [b, 1, 1, 1]}
   * @return {@code p x + q y}, {@code [b, c, h, w]}, of the manager of x
   */
  NDArray mixed(NDArray x, NDArray y, NDArray p, NDArray q) {
    return functions.call(x.getManager(), "mixed", x, y, p, q);
  }

  /**
   * The weighted mean of squares.
   *
   * @param output {@code [b, c, h, w]}
   * @param target {@code [b, c, h, w]}
   * @param weights {@code [b]}
   * @return {@code []}, of the manager of output
   */
  NDArray loss(NDArray output, NDArray target, NDArray weights) {
    return functions.call(output.getManager(), "loss", output, target, weights);
  }

  /**
   * Puts tensors into a batch.
   *
   * @param owner of the result
   * @param x tensors {@code [1, …]} of one shape
   * @param rows numbers of the tensors
   * @return {@code [rows, …]}
   */
  NDArray rowsOf(NDManager owner, Parameters x, long[] rows) {
    return functions.call(owner, "rows_of", x, rows);
  }

  /**
   * Cuts off tokens.
   *
   * @param x {@code [b, n, d]}
   * @param tokens m, at most n
   * @return {@code [b, m, d]}, of the manager of x
   */
  NDArray firstTokens(NDArray x, int tokens) {
    return functions.call(x.getManager(), "first_tokens", x, tokens);
  }

  /** Returns rows of a weight {@code [o, …]}, in its memory and without gradients. */
  NDArray place(NDManager owner, NDArray weight, long first, long end) {
    return functions.call(owner, "place", weight, first, end);
  }

  /**
   * Sets weights to {@code base + B A}.
   *
   * @param owner of a tensor that is returned only to be closed
   * @param places rows of weights, {@code [n, i]} or {@code [n, i, k, k]}
   * @param bases of the same shapes
   * @param a {@code [r, i]} or {@code [r, i, k, k]}, of each layer
   * @param b {@code [o, r]} or {@code [o, r, 1, 1]}, of each layer
   * @param layers the layer of each place
   * @param firsts the first row of B that a place takes
   */
  void setWeights(
      NDManager owner,
      Parameters places,
      Parameters bases,
      Parameters a,
      Parameters b,
      long[] layers,
      long[] firsts) {
    functions.call(owner, "set_weights", places, bases, a, b, layers, firsts).close();
  }

  /**
   * Differentiates a loss with respect to factors of weights.
   *
   * @param loss {@code []}
   * @param weights that the network computes with
   * @param a of each layer, as {@link #setWeights} takes them
   * @param b of each layer
   * @param counts number of places of each layer
   * @param tensors number of the weight that has a place, place by place, in the layers' order
   * @param firsts its first row in the weight
   * @param ends the row behind its last
   * @return the gradients of all A, then those of all B; {@code [0]} where the loss does not depend
   *     on them; of the manager of loss
   */
  NDList factorGradients(
      NDArray loss,
      Parameters weights,
      Parameters a,
      Parameters b,
      long[] counts,
      long[] tensors,
      long[] firsts,
      long[] ends) {
    return functions.callForAll(
        loss.getManager(), "factor_gradients", loss, weights, a, b, counts, tensors, firsts, ends);
  }

  /**
   * A step of AdamW (Loshchilov and Hutter 2019), its gradients scaled to a norm of 1 at most.
   *
   * @param owner of the result
   * @param p parameters; they are changed, as are m, v and steps
   * @param g their gradients; a parameter with an empty one stays
   * @param m means of gradients
   * @param v means of their squares
   * @param steps of each, {@code []}
   * @param rate of learning
   * @param decay of parameters
   * @return the norm of all gradients before scaling, {@code []}
   */
  NDArray adamw(
      NDManager owner,
      Parameters p,
      Parameters g,
      Parameters m,
      Parameters v,
      Parameters steps,
      double rate,
      double decay) {
    return functions.call(owner, "adamw", p, g, m, v, steps, rate, decay);
  }
}
