/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.guidance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuidanceOptionsTest {

  private static final Guide.ZeroStar ZERO = new Guide.ZeroStar(Guide.ZeroStar.STEPS);

  private static GuidanceOptions interval(double from, double to) {
    return new GuidanceOptions(List.of(4.0), from, to, Guide.CFG, 0);
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void aListIsReadAndWrittenAgain() {
    List<Double> scales = GuidanceOptions.scales(" 7, 7.5 ,5,3 ");
    assertEquals(List.of(7.0, 7.5, 5.0, 3.0), scales);
    assertEquals("7,7.5,5,3", new GuidanceOptions(scales, 0, 1, Guide.CFG, 0).text());
    assertEquals("4", GuidanceOptions.DEFAULT.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7,,5", "seven", "7;5", "7,"})
  void aListWithSomethingElseIsRefused(String text) {
    refused(
        "guidance must be a number of at least 0 (1 and below turn guidance off), or one for each"
            + " step with commas between them, as 7,7,5,3, but is \""
            + text
            + "\".",
        () -> GuidanceOptions.scales(text));
  }

  @Test
  void aListOfAnotherLengthThanTheStepsIsRefusedWithBoth() {
    GuidanceOptions two = new GuidanceOptions(List.of(7.0, 5.0), 0, 1, Guide.CFG, 0);
    two.require(2);
    GuidanceOptions.DEFAULT.require(20);
    refused(
        "guidance must be one number, or one for each of the 3 steps, but is 2 numbers (7,5).",
        () -> two.require(3));
  }

  @Test
  void anIntervalOutOfOrderIsRefused() {
    refused(
        "guidanceto must be between guidancefrom (0.6) and 1, but is 0.5.",
        () -> interval(0.6, 0.5));
    refused("guidancefrom must be between 0 and 1, but is -0.1.", () -> interval(-0.1, 1));
    refused(
        "guidanceto must be between guidancefrom (0) and 1, but is NaN.",
        () -> interval(0, Double.NaN));
  }

  @Test
  void keysOfAnotherFormulaAreRefused() {
    refused(
        "zerosteps must be -1 (its default), as only guide=zero uses it, but is 2.",
        () -> Guide.of("cfg", new Guide.ZeroStar(2), Guide.Projected.DEFAULT));
    refused(
        "momentum must be -0.5 (its default), as only guide=apg uses it, but is 0.",
        () -> Guide.of("zero", ZERO, new Guide.Projected(0, 15, 0)));
    refused(
        "guide must be one of [cfg, zero, apg], but is pag.",
        () -> Guide.of("pag", ZERO, Guide.Projected.DEFAULT));
    refused(
        "threshold must be a number of at least 0 (0 sets no limit), but is -1.0.",
        () -> new Guide.Projected(0, -1, 0));
  }

  /** {@code int(from · n) ≤ k < int(to · n)}. */
  @ParameterizedTest
  @CsvSource({"0, 1, 0, 6", "0.2, 0.7, 1, 4", "0.5, 0.5, 3, 3", "0.99, 1, 5, 6"})
  void stepsOfAnIntervalAreThoseOfDiffusers(double from, double to, int first, int end) {
    GuidanceSteps steps = new GuidanceSteps(interval(from, to), 0, 0, 6);
    for (int k = 0; k < 6; k++) assertEquals(k >= first && k < end, steps.isGuided(k));
  }

  @Test
  void theShareOfGuidedStepsIsKnown() {
    assertEquals(1, GuidanceOptions.DEFAULT.share());
    assertEquals(0.5, interval(0.25, 0.75).share());
    assertEquals(0, GuidanceOptions.of(1).share());
    GuidanceOptions listed = new GuidanceOptions(List.of(7.0, 1.0), 0, 1, Guide.CFG, 0);
    assertEquals(0.5, listed.share());
    assertTrue(listed.isOn());
    assertFalse(listed.isConstant());
    assertTrue(GuidanceOptions.of(1).isConstant());
  }
}
