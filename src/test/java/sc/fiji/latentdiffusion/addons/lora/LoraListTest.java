/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.pipeline.Request;

/** The list that the key {@code lora} holds. */
class LoraListTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cells | cells | 1",
        " cells : 0.8  | cells | 0.8",
        "cells:-.5 | cells | -0.5",
        "cells:1e-1 | cells | 0.1",
        "C:\\loras\\ink.safetensors | C:\\loras\\ink.safetensors | 1",
        "C:\\loras\\ink.safetensors:2 | C:\\loras\\ink.safetensors | 2",
        "/home/a b/ink v1.2.safetensors:0 | /home/a b/ink v1.2.safetensors | 0",
        "style:v2 | style:v2 | 1",
        "style:v2:0.3 | style:v2 | 0.3",
        "\"style:2\" | style:2 | 1",
        "\"ink, blue\":0.5 | ink, blue | 0.5",
        "'ink, \"blue\"' : 0.5 | ink, \"blue\" | 0.5",
        "john's:0.5 | john's | 0.5",
        "細胞:0.5 | 細胞 | 0.5"
      })
  void nameAndWeightAreTold(String text, String name, double weight) {
    assertEquals(List.of(new Entry(name, weight)), LoraAddOn.KIND.entries(text));
  }

  /** A reader that goes back for each blank takes hours for so many. */
  @Test
  void blanksAndDigitsAreReadOnce() {
    String name = "a" + " ".repeat(100_000) + "b";
    assertEquals(List.of(new Entry(name)), LoraAddOn.KIND.entries(name));
    String digits = "a:" + "1".repeat(100_000) + "b";
    assertEquals(List.of(new Entry(digits)), LoraAddOn.KIND.entries(digits));
  }

  @Test
  void anyNumberStandsWithCommas() {
    assertEquals(
        List.of(new Entry("a", 0.8), new Entry("b c", 1), new Entry("d,e:1", -0.5)),
        LoraAddOn.KIND.entries("a:0.8, b c,\"d,e:1\":-0.5"));
    assertEquals(List.of(), LoraAddOn.KIND.entries("  "));
  }

  @ParameterizedTest
  @CsvSource({
    "a:nan, finite",
    "a:-Inf, finite",
    "a:1e999, finite",
    "'a,,b', commas",
    "'a, ', commas",
    "',a', commas",
    "'\"a', quotes",
    "'\"a\" b', quotes",
    "'\"\"', name"
  })
  void whatIsNotOfTheFormIsRefused(String text, String expected) {
    assertTrue(refusal(text).contains(expected), refusal(text));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> Request.defaults().withAddOn("lora", text))
            .getMessage()
            .contains(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0.5, a", "a, \"a\":0.5"})
  void oneNameTwiceIsRefused(String text) {
    assertEquals(
        "lora must name each LoRA once, but names a twice. Give it once, with the sum of the"
            + " weights.",
        refusal(text));
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> LoraAddOn.KIND.entries(text), text)
        .getMessage();
  }
}
