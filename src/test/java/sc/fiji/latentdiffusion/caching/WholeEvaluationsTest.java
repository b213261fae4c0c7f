/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.caching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;

class WholeEvaluationsTest {

  private static final List<Evaluation> TEN =
      IntStream.range(0, 10)
          .mapToObj(i -> TestEvaluations.of(i, i, 500, NoiseLevel.ofAlphaCumprod(0.5)))
          .toList();

  /** W for whole, and a point for one that reuses. */
  private static String of(int every, int from, int to, Function<Evaluation, ?> networks) {
    WholeEvaluations whole =
        WholeEvaluations.of(
            new CacheOptions(every, 0, 1), TEN, e -> e.step() >= from && e.step() < to, networks);
    return TEN.stream().map(e -> whole.reuses(e) ? "." : "W").collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 10, WWWWWWWWWW",
    "2, 0, 10, W.W.W.W.W.",
    "3, 0, 10, W..W..W..W",
    "20, 0, 10, W.........",
    "3, 2, 8, WWW..W..WW",
    "3, 9, 10, WWWWWWWWWW",
    "3, 0, 0, WWWWWWWWWW"
  })
  void ofNEvaluationsWithinThePartOneIsWhole(int every, int from, int to, String expected) {
    assertEquals(expected, of(every, from, to, e -> true));
  }

  @Test
  void oneWithOtherNetworksIsWholeAndCountingBeginsAnew() {
    assertEquals("W...W...W.", of(4, 0, 10, e -> true));
    assertEquals("W..W...W..", of(4, 0, 10, e -> e.step() >= 3));
    assertEquals("W..W.W...W", of(4, 0, 10, e -> e.step() == 3 || e.step() == 4));
    assertEquals("WWWWWWWWWW", of(4, 0, 10, Evaluation::step));
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  @Test
  void impossibleValuesAreRefused() {
    refused("cache must be 1 (off) … 20, but is 0.", () -> new CacheOptions(0, 0, 1));
    refused("cache must be 1 (off) … 20, but is 21.", () -> new CacheOptions(21, 0, 1));
    refused("cachefrom must be between 0 and 1, but is -0.1.", () -> new CacheOptions(2, -0.1, 1));
    refused(
        "cacheto must be between cachefrom (0.5) and 1, but is 0.4.",
        () -> new CacheOptions(2, 0.5, 0.4));
    refused(
        "cacheto must be between cachefrom (0) and 1, but is NaN.",
        () -> new CacheOptions(2, 0, Double.NaN));
  }

  @Test
  void theShareOfWholeEvaluationsIsKnown() {
    assertEquals(1, CacheOptions.OFF.wholeShare());
    assertEquals(1 / 3.0, new CacheOptions(3, 0, 1).wholeShare(), 1e-12);
    assertEquals(0.75, new CacheOptions(2, 0.25, 0.75).wholeShare(), 1e-12);
  }
}
