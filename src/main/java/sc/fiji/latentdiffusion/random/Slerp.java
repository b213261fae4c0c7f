/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

/**
 * Spherical linear interpolation (Shoemake 1985, "Animating rotation with quaternion curves"): the
 * way from one array to another along a great circle. Noise between two noises keeps the spread of
 * noise, which the straight line loses.
 */
public final class Slerp {

  /** Above this cosine of the angle the arrays are nearly parallel, and the line is taken. */
  private static final double PARALLEL = 0.9995;

  private Slerp() {}

  /**
   * Returns the array at a part t of the way: with {@code c = ⟨a,b⟩/(‖a‖‖b‖)} and {@code θ = arccos
   * c}, {@code [sin((1−t)θ) a + sin(tθ) b]/sin θ}; {@code (1−t) a + t b} where |c| > 0.9995. All
   * sums are in double; the result is not normalised.
   *
   * @param a the beginning, of any length
   * @param b the end, of the same length
   * @param t 0 (a) … 1 (b)
   */
  public static float[] between(float[] a, float[] b, double t) {
    double c = cosine(a, b);
    if (!(Math.abs(c) <= PARALLEL)) return sum(a, 1 - t, b, t); // also where one is all zero
    double angle = Math.acos(c);
    double sine = Math.sin(angle);
    return sum(a, Math.sin((1 - t) * angle) / sine, b, Math.sin(t * angle) / sine);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return product / (Math.sqrt(squaresA) * Math.sqrt(squaresB));
  }

  private static float[] sum(float[] a, double partA, float[] b, double partB) {
    float[] sum = new float[a.length];
    for (int i = 0; i < a.length; i++) sum[i] = (float) (partA * a[i] + partB * b[i]);
    return sum;
  }
}
