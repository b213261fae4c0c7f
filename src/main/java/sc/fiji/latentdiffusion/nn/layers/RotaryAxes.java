/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import sc.fiji.latentdiffusion.nn.Kernels;

/**
 * Places of tokens as turns of their queries and keys (Su et al. 2021, arXiv:2104.09864). A head's
 * channels are shared out among the axes; on an axis of w channels the place p turns the pair i by
 * the angle {@code p · theta^(−2 i / w)}.
 *
 * @param theta the base
 * @param widths how many channels each axis has, all even
 */
public record RotaryAxes(double theta, List<Integer> widths) {

  /** Keeps an unmodifiable copy. */
  public RotaryAxes {
    widths = List.copyOf(widths);
  }

  /** Returns how many channels a head has. */
  public int headWidth() {
    return widths.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Computes the angles of tokens.
   *
   * @param places of each token, one number an axis
   * @param kernels of the device
   * @param owner owns the result
   * @return cosines, then sines, {@code [2, tokens, headWidth / 2]}, float32
   */
  public NDArray angles(List<int[]> places, Kernels kernels, NDManager owner) {
    int pairs = headWidth() / 2;
    int half = places.size() * pairs;
    float[] numbers = new float[2 * half];
    double[][] frequencies = frequencies();
    int at = 0;
    for (int[] place : places) {
      for (int axis = 0; axis < frequencies.length; axis++) {
        for (double frequency : frequencies[axis]) {
          double angle = place[axis] * frequency;
          numbers[at] = (float) Math.cos(angle);
          numbers[half + at++] = (float) Math.sin(angle);
        }
      }
    }
    return kernels.create(owner, numbers, new Shape(2, places.size(), pairs));
  }

  private double[][] frequencies() {
    double[][] frequencies = new double[widths.size()][];
    for (int axis = 0; axis < frequencies.length; axis++) {
      int width = widths.get(axis);
      frequencies[axis] = new double[width / 2];
      for (int i = 0; i < width / 2; i++) {
        frequencies[axis][i] = Math.pow(theta, -2.0 * i / width);
      }
    }
    return frequencies;
  }
}
