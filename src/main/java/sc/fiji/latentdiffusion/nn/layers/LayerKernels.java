/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.nn.KernelFunctions;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.Parameters;

/**
 * The kernels of the shared layers; the text is {@code layers}. Every result belongs to the manager
 * of {@code x}. A weight of a convolution may be packed.
 */
public final class LayerKernels {

  private final KernelFunctions functions;

  public LayerKernels(Kernels kernels) {
    functions = kernels.functions(LayerKernels.class, "layers");
  }

  /**
   * A convolution that keeps height and width.
   *
   * @param x {@code [b, i, h, w]}, of any format
   * @param w {@code [o, i, k, k]}, k odd, and {@code [o]}
   * @return {@code [b, o, h, w]}, in the format of w
   */
  public NDArray inputConv(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "input_conv", x, w);
  }

  /**
   * A convolution of one pixel.
   *
   * @param x {@code [b, i, h, w]}, of any format
   * @param w {@code [o, i, 1, 1]} and {@code [o]}
   * @return {@code [b, o, h, w]}, in the format of w
   */
  public NDArray pointwiseConv(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "pointwise_conv", x, w);
  }

  /**
   * Group norm, SiLU and a convolution that keeps height and width.
   *
   * @param x {@code [b, i, h, w]}
   * @param w of the norm {@code [i]} and {@code [i]}, of the convolution {@code [o, i, k, k]}, k
   *     odd, and {@code [o]}
   * @param groups of the norm
   * @param eps of the norm
   * @return {@code [b, o, h, w]}, float32
   */
  public NDArray outputConv(NDArray x, Parameters w, int groups, double eps) {
    return functions.call(x.getManager(), "output_conv", x, w, groups, eps);
  }

  /**
   * Halves height and width, padding all sides by one.
   *
   * @param x {@code [b, c, h, w]}
   * @param w {@code [c, c, 3, 3]} and {@code [c]}
   * @return {@code [b, c, ⌈h/2⌉, ⌈w/2⌉]}
   */
  public NDArray downsample(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "downsample", x, w);
  }

  /**
   * Halves height and width, padding right and bottom by one.
   *
   * @param x {@code [b, c, h, w]}
   * @param w {@code [c, c, 3, 3]} and {@code [c]}
   * @return {@code [b, c, ⌊h/2⌋, ⌊w/2⌋]}
   */
  public NDArray downsampleRightBottom(NDArray x, Parameters w) {
    return functions.call(x.getManager(), "downsample_right_bottom", x, w);
  }

  /**
   * Enlarges by nearest neighbour and convolves.
   *
   * @param x {@code [b, c, h, w]}
   * @param w {@code [c, c, 3, 3]}, packed for upsampling or not, and {@code [c]}
   * @return {@code [b, c, height, width]}
   */
  public NDArray upsample(NDArray x, Parameters w, long height, long width) {
    return functions.call(x.getManager(), "upsample", x, w, height, width);
  }

  /**
   * Two convolutions with group norm and SiLU before each, and a shortcut around both.
   *
   * @param x {@code [b, i, h, w]}
   * @param w weight and bias of norm1 {@code [i]}, conv1 {@code [o, i, 3, 3]}, norm2 {@code [o]},
   *     conv2 {@code [o, o, 3, 3]} and, where i ≠ o, the shortcut {@code [o, i, 1, 1]}
   * @param groups of the norms
   * @param eps of the norms
   * @return {@code [b, o, h, w]}
   */
  public NDArray resnet(NDArray x, Parameters w, int groups, double eps) {
    return functions.call(x.getManager(), "resnet", x, w, groups, eps);
  }

  /** As {@link #resnet}, but the numbers of {@code x} may be lost. */
  public NDArray resnetOver(NDArray x, Parameters w, int groups, double eps) {
    return functions.call(x.getManager(), "resnet_over", x, w, groups, eps);
  }

  /**
   * As {@link #resnet} with the timestep's embedding between both convolutions.
   *
   * @param x {@code [b, i, h, w]}
   * @param temb {@code [1, d]} or {@code [b, d]}
   * @param w as {@link #resnet} takes it, but after conv1 the weight {@code [o, d]} and bias {@code
   *     [o]} of the embedding's projection; {@code 2 o} of them if it scales and shifts
   * @param groups of the norms
   * @param eps of the norms
   * @param scaleShift whether the projection scales and shifts the second norm's result, instead of
   *     being added before it
   * @return {@code [b, o, h, w]}
   */
  public NDArray timedResnet(
      NDArray x, NDArray temb, Parameters w, int groups, double eps, boolean scaleShift) {
    return functions.call(x.getManager(), "timed_resnet", x, temb, w, groups, eps, scaleShift);
  }

  /**
   * As {@link #timedResnet} of two inputs, one's channels behind the other's.
   *
   * @param x {@code [b, j, h, w]}
   * @param skip {@code [b, i − j, h, w]}
   * @return {@code [b, o, h, w]}
   */
  public NDArray timedResnetOfTwo(
      NDArray x,
      NDArray skip,
      NDArray temb,
      Parameters w,
      int groups,
      double eps,
      boolean scaleShift) {
    return functions.call(
        x.getManager(), "timed_resnet_of_two", x, skip, temb, w, groups, eps, scaleShift);
  }

  /**
   * Self-attention over pixels, added to its input.
   *
   * @param x {@code [b, c, h, w]}
   * @param w of queries, keys, values and output each {@code [c, c]} and {@code [c]}; then, where a
   *     group norm comes first, {@code [c]} and {@code [c]}
   * @param groups of the norm
   * @param eps of the norm
   * @param heads of the attention, which divide c
   * @param upcast whether attention is computed in float32
   * @return {@code [b, c, h, w]}
   */
  public NDArray imageAttention(
      NDArray x, Parameters w, int groups, double eps, int heads, boolean upcast) {
    return functions.call(x.getManager(), "image_attention", x, w, groups, eps, heads, upcast);
  }
}
