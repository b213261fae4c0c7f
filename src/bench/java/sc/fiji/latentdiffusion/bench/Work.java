/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

/**
 * How many floating point operations Stable Diffusion 1.5 takes, both halves of guidance together,
 * counted at 512 × 512: a step 1.607 · 10¹² (of which self-attention 0.252 · 10¹²), the decoding
 * 2.51 · 10¹².
 */
final class Work {

  private static final double BY_AREA = 1.355e12;
  private static final double ATTENTION = 0.252e12;
  private static final double DECODING = 2.51e12;

  private Work() {}

  /** Convolutions and linear layers grow as the area, attention as its square. */
  static double step(int size) {
    return BY_AREA * area(size) + ATTENTION * area(size) * area(size);
  }

  static double decoding(int size) {
    return DECODING * area(size);
  }

  private static double area(int size) {
    return (size / 512.0) * (size / 512.0);
  }
}
