/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The path is Brownian, and the same path for any sequence of questions. */
class BrownianPathTest {

  private static final double[] TIMES = {0.029167533f, 0.5, 1, 1.7, 3.1, 14.614647f, 4096};

  @Test
  void covarianceIsTheEarlierTimeAndTheMeanIsZero() {
    int n = 200_000;
    double[][] w =
        Arrays.stream(TIMES).mapToObj(new BrownianPath(3, n)::at).toArray(double[][]::new);
    for (int i = 0; i < TIMES.length; i++) {
      assertEquals(0, mean(w[i]) / Math.sqrt(TIMES[i]), 5 / Math.sqrt(n), "mean at " + TIMES[i]);
      for (int j = 0; j < TIMES.length; j++) {
        double unit = Math.sqrt(TIMES[i] * TIMES[j]);
        double expected = Math.min(TIMES[i], TIMES[j]) / unit;
        assertEquals(expected, covariance(w[i], w[j]) / unit, 5 * Math.sqrt(2.0 / n), i + ", " + j);
      }
    }
  }

  @Test
  void incrementsAreStandardNormalAndThoseOfApartIntervalsIndependent() {
    int n = 200_000;
    BrownianPath path = new BrownianPath(4, n);
    double[] a = doubles(path.increment(14.6, 3.2));
    double[] b = doubles(path.increment(3.2, 0.03));
    double[] whole = doubles(path.increment(14.6, 0.03));
    double bound = 5 * Math.sqrt(2.0 / n);
    for (double[] z : new double[][] {a, b, whole}) {
      assertEquals(1, covariance(z, z), bound);
      assertEquals(3, fourthMoment(z), 5 * Math.sqrt(96.0 / n), "kurtosis");
    }
    assertEquals(0, covariance(a, b), bound);
    assertEquals(Math.sqrt((14.6 - 3.2) / (14.6 - 0.03)), covariance(a, whole), bound);
  }

  @Test
  void aSeedIsAPathToTheBitInWhateverOrderAndHoweverFinelyItIsAsked() {
    BrownianPath once = new BrownianPath(7, 20);
    BrownianPath finely = new BrownianPath(7, 20);
    for (double time = 15; time > 0; time -= 0.37) finely.at(time);
    for (int i = TIMES.length - 1; i >= 0; i--)
      assertArrayEquals(once.at(TIMES[i]), finely.at(TIMES[i]), "at " + TIMES[i]);
    for (double time : TIMES)
      assertArrayEquals(new BrownianPath(7, 20).at(time), once.at(time), "at " + time);
  }

  @Test
  void incrementsAddUp() {
    BrownianPath path = new BrownianPath(7, 20);
    float[] whole = path.increment(10, 2);
    float[] first = path.increment(10, 5);
    float[] second = path.increment(5, 2);
    for (int i = 0; i < whole.length; i++)
      assertEquals(
          whole[i] * Math.sqrt(8), first[i] * Math.sqrt(5) + second[i] * Math.sqrt(3), 1e-5);
  }

  @Test
  void otherSeedsAndTheStreamOfTheSeedAreOtherNoise() {
    float[] path = Noise.of(7).path(16).increment(0, 1);
    assertFalse(Arrays.equals(path, Noise.of(8).path(16).increment(0, 1)));
    assertFalse(Arrays.equals(path, Noise.of(7).randn(16)));
  }

  @Test
  void beginsAtZero() {
    assertArrayEquals(new double[5], new BrownianPath(1, 5).at(0));
    assertTrue(Double.isFinite(new BrownianPath(1, 1).at(Double.MIN_NORMAL)[0]));
  }

  private static double[] doubles(float[] z) {
    double[] result = new double[z.length];
    for (int i = 0; i < z.length; i++) result[i] = z[i];
    return result;
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  private static double covariance(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) sum += x[i] * y[i];
    return sum / x.length;
  }

  private static double fourthMoment(double[] x) {
    return Arrays.stream(x).map(v -> v * v * v * v).average().orElseThrow();
  }
}
