/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.tiny;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of the tiny autoencoder; the text is {@code tiny}. Every result belongs to the
 * manager of {@code x}.
 */
final class TinyKernels {

  private final KernelFunctions functions;

  TinyKernels(Kernels kernels) {
    functions = kernels.functions(TinyKernels.class, "tiny");
  }

  /**
   * Limits latents softly to ±3 and convolves them, with ReLU.
   *
   * @param x {@code [b, i, h, w]}, of any format
   * @param w {@code [o, i, 3, 3]} and {@code [o]}
   * @return {@code [b, o, h, w]}, in the format of w
   */
  NDArray begin(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_begin", x, w);
  }

  /**
   * Three convolutions with ReLU between them, a shortcut around them and ReLU after it.
   *
   * @param x {@code [b, i, h, w]}
   * @param w of each convolution {@code [o, …, 3, 3]} and {@code [o]}; where i ≠ o the shortcut's
   *     {@code [o, i, 1, 1]}
   * @return {@code [b, o, h, w]}
   */
  NDArray block(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_block", x, w);
  }

  /**
   * Doubles height and width by nearest neighbour and convolves.
   *
   * @param x {@code [b, i, h, w]}
   * @param w {@code [o, i, 3, 3]}
   * @return {@code [b, o, 2 h, 2 w]}
   */
  NDArray up(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_up", x, w);
  }

  /**
   * Convolves to a picture.
   *
   * @param x {@code [b, i, h, w]}
   * @param w {@code [3, i, 3, 3]} and {@code [3]}
   * @return {@code [b, 3, h, w]}, float32, about −1…1
   */
  NDArray end(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_end", x, w);
  }

  /**
   * Convolves a picture.
   *
   * @param x {@code [b, 3, h, w]}, float32, −1…1
   * @param w {@code [o, 3, 3, 3]} and {@code [o]}
   * @return {@code [b, o, h, w]}, in the format of w
   */
  NDArray see(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_see", x, w);
  }

  /**
   * Convolves and halves height and width.
   *
   * @param x {@code [b, i, h, w]}
   * @param w {@code [o, i, 3, 3]}
   * @return {@code [b, o, h/2, w/2]}
   */
  NDArray down(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_down", x, w);
  }

  /**
   * Convolves to latents.
   *
   * @param x {@code [b, i, h, w]}
   * @param w {@code [o, i, 3, 3]} and {@code [o]}
   * @return {@code [b, o, h, w]}, float32
   */
  NDArray latents(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "tiny_latents", x, w);
  }
}
