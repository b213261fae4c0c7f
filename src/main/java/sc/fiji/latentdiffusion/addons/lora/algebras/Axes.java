/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora.algebras;

import java.util.stream.LongStream;

/** Shapes that numbers for one axis are given. */
final class Axes {

  private Axes() {}

  /** Returns −1 for one axis and 1 for all others. */
  static long[] only(int axes, int one) {
    return LongStream.range(0, axes).map(axis -> axis == one ? -1 : 1).toArray();
  }
}
