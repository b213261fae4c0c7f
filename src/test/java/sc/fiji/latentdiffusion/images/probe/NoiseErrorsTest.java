/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.probes.NoiseProbe;

class NoiseErrorsTest {

  private static final NoiseProbe.Options OPTIONS = new NoiseProbe.Options(2, 2, 0);

  /** Three cells, of which the last does not count. */
  private static NoiseErrors errors(boolean last) {
    NoiseErrors errors = new NoiseErrors(OPTIONS, 2, new boolean[] {true, true, last});
    errors.add(new NoiseProbe.Errors(0, 0, new float[][] {{1, 2, 9}, {3, 4, 9}}));
    errors.add(new NoiseProbe.Errors(0, 1, new float[][] {{1, 1, 9}, {4, 4, 9}}));
    errors.add(new NoiseProbe.Errors(1, 0, new float[][] {{0, 1, 9}, {1, 0, 9}}));
    errors.add(new NoiseProbe.Errors(1, 1, new float[][] {{1, 1, 9}, {0, 0, 9}}));
    return errors;
  }

  @Test
  void cellsThatDoNotCountAreNaNAndInNoMean() {
    NoiseErrors errors = errors(false);
    assertArrayEquals(new float[] {2, 3, Float.NaN}, errors.map(0, 0));
    assertArrayEquals(new float[] {2, 3, 9}, errors(true).map(0, 0));
    assertEquals(2, errors.cells());
    assertEquals(2.5, errors.at(0, 0));
  }

  /**
   * By numpy: a = [1.5, 3.5, 0.5, 0.5], b = [1, 4, 1, 0]; a.mean(), a.std(ddof=1); both have the
   * mean 1.5.
   */
  @Test
  void theErrorIsTheMeanAndItsSpreadIsOverLevelsAndTrials() {
    NoiseErrors errors = errors(false);
    assertEquals(1.5, errors.mean(0));
    assertEquals(1.4142135623730951, errors.deviation(0), 1e-12);
    assertEquals(1.7320508075688772, errors.deviation(1), 1e-12);
  }

  @Test
  void winsAreTheShareOfTrialsWithTheLeastErrorAndTheFirstOfEqualOnesHasIt() {
    NoiseErrors errors = errors(false);
    assertEquals(0.5, errors.wins(0));
    assertEquals(0.5, errors.wins(1));
    NoiseErrors equal = new NoiseErrors(new NoiseProbe.Options(1, 1, 0), 2, new boolean[] {true});
    equal.add(new NoiseProbe.Errors(0, 0, new float[][] {{1}}));
    equal.add(new NoiseProbe.Errors(0, 1, new float[][] {{1}}));
    assertEquals(1, equal.wins(0));
  }

  /** By scipy.special.softmax(-8 * np.array([0.5, 0.25, 3])). */
  @Test
  void probabilitiesAreTheSoftmaxOfMinusNTimesTheError() {
    NoiseErrors errors = new NoiseErrors(new NoiseProbe.Options(1, 1, 0), 3, new boolean[] {true});
    errors.add(new NoiseProbe.Errors(0, 0, new float[][] {{0.5f}}));
    errors.add(new NoiseProbe.Errors(0, 1, new float[][] {{0.25f}}));
    errors.add(new NoiseProbe.Errors(0, 2, new float[][] {{3}}));
    assertEquals(List.of(1, 0, 2), errors.ranked());
    double[] expected = {0.11920292199282992, 0.8807970777614744, 2.456955344707822e-10};
    assertArrayEquals(expected, errors.probabilities(8), 1e-12);
    assertEquals(1, errors.probabilities(1_000_000)[1]);
  }
}
