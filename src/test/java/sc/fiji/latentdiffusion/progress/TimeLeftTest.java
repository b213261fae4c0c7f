/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TimeLeftTest {

  private long now = 5_000_000_000L;
  private final TimeLeft left = new TimeLeft(() -> now);

  private String after(double seconds, int done, int total) {
    now = 5_000_000_000L + (long) (seconds * 1e9);
    return left.after(done, total);
  }

  @Test
  void theTimeLeftIsThatOfTheEvaluationsSoFarForThoseToCome() {
    assertEquals("", after(0, 0, 20));
    assertEquals(", 38 s left", after(2, 1, 20));
    assertEquals(", 10 s left", after(10, 10, 20));
    assertEquals("", after(20, 20, 20));
  }

  @Test
  void longTimesAreInMinutesAndHoursAndShortOnesNeverZero() {
    after(0, 0, 10);
    assertEquals(", 1 s left", after(0.01, 1, 10));
    assertEquals(", 1:30 min left", after(10, 1, 10));
    assertEquals(", 2:30 h left", after(1000, 1, 10));
  }

  @Test
  void loadingTheModelDoesNotCount() {
    after(0, 0, 10);
    after(60, 0, 10);
    assertEquals(", 9 s left", after(61, 1, 10));
  }
}
