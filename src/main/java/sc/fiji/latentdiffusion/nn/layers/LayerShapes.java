/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import java.io.IOException;
import sc.fiji.latentdiffusion.nn.Weights;

/**
 * The shapes that layers must have to follow one another. They are proven while a network is built:
 * a tensor of another shape is refused by its name when the model is loaded. In a run, many wrong
 * shapes would end with an error of the engine, and some would change the picture without one.
 */
public final class LayerShapes {

  private static final long ANY = Weights.ANY;
  private static final long USUAL = 3;

  private LayerShapes() {}

  /** Returns the number of output channels of a norm, linear layer or convolution. */
  public static long out(Weights weights, String layer) throws IOException {
    long[] shape = weights.shape(layer + ".weight");
    if (shape.length == 0) weights.requireShape(layer + ".weight", ANY);
    return shape[0];
  }

  /** Returns the number of input channels of a linear layer or convolution. */
  public static long in(Weights weights, String layer) throws IOException {
    long[] shape = weights.shape(layer + ".weight");
    if (shape.length < 2) weights.requireShape(layer + ".weight", ANY, ANY);
    return shape[1];
  }

  /** Proves that a norm has a weight and a bias for each channel. */
  public static void requireNorm(Weights weights, String layer, long channels) throws IOException {
    weights.requireShape(layer + ".weight", channels);
    weights.requireShape(layer + ".bias", channels);
  }

  /** Proves that a linear layer, or a convolution of one pixel, has such channels. */
  public static void requireLinear(Weights weights, String layer, long out, long in)
      throws IOException {
    if (weights.shape(layer + ".weight").length == 4) {
      requireConv(weights, layer, out, in, 1);
    } else {
      weights.requireShape(layer + ".weight", out, in);
      requireBias(weights, layer, out);
    }
  }

  /** Proves that a convolution has such channels and is so many pixels wide and high. */
  public static void requireConv(Weights weights, String layer, long out, long in, long pixels)
      throws IOException {
    weights.requireShape(layer + ".weight", out, in, pixels, pixels);
    requireBias(weights, layer, out);
  }

  /**
   * Returns the width and height that a convolution must have whose size is free: those of its last
   * axis, if they are odd, so that the picture keeps its size.
   */
  public static long oddPixels(Weights weights, String tensor) throws IOException {
    long[] shape = weights.shape(tensor);
    return shape.length == 4 && shape[3] % 2 == 1 ? shape[3] : USUAL;
  }

  private static void requireBias(Weights weights, String layer, long out) throws IOException {
    if (weights.has(layer + ".bias")) weights.requireShape(layer + ".bias", out);
  }
}
