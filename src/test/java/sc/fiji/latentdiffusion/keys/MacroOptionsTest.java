/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.Macro;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacroOptionsTest {

  private static final List<String> KEYS = List.of("steps", "latents", "prompt", "negative");

  @Test
  void booleansAreReadAsFlagAndAsValue() {
    assertEquals(Map.of("latents", "true"), parse("latents"));
    assertEquals(Map.of("latents", "true"), parse("latents=true"));
    assertEquals(Map.of("latents", "false"), parse("latents=false "));
  }

  @Test
  void textIsReadInBracketsInQuotesAndBare() {
    assertEquals(Map.of("prompt", "green nuclei"), parse("prompt=[green nuclei]"));
    assertEquals(Map.of("prompt", "green nuclei"), parse("prompt='green nuclei'"));
    assertEquals(Map.of("prompt", "green"), parse("prompt=green"));
    assertEquals(Map.of("prompt", "a [b] c"), parse("prompt=[a [b] c]"));
  }

  @Test
  void emptyValuesAreEmptyTexts() {
    assertEquals(Map.of("prompt", "", "negative", ""), parse("prompt=[] negative= "));
    assertEquals(Map.of("negative", ""), parse("negative="));
    assertEquals(Map.of(), parse("  "));
  }

  @Test
  void keysWithinATextAreNoKeys() {
    assertEquals(Map.of("prompt", "a steps=5 latents b"), parse("prompt=[a steps=5 latents b]"));
  }

  @Test
  void unknownKeysAreRefusedWithTheKnown() {
    String message = message("stepz=5");
    assertTrue(message.contains("no key \"stepz\"; the nearest is steps"), message);
    assertTrue(message.contains("steps, latents, prompt, negative"), message);
  }

  @Test
  void aKeyGivenTwiceIsRefusedEvenWithTheSameValue() {
    assertTrue(message("steps=3 prompt=[a] steps=9").startsWith("steps is given twice"));
    assertTrue(message("steps=3 STEPS=3").startsWith("steps is given twice"));
    assertTrue(message("latents latents=false").startsWith("latents is given twice"));
    assertTrue(message("prompt=[a] prompt=[a]").contains("prompt=[a] prompt=[a]"));
  }

  @Test
  void textWithSpacesButWithoutBracketsIsRefused() {
    String message = message("prompt=green nuclei");
    assertTrue(message.contains("\"nuclei\""), message);
    assertTrue(message.contains("square brackets"), message);
  }

  @Test
  void bracketsThatAreNotClosedAreRefused() {
    assertTrue(message("prompt=[green").contains("prompt must be closed"));
    assertTrue(message("prompt='green").contains("prompt must be closed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "two words",
        "a [b] c",
        "a ] b",
        "a [ b",
        "]",
        "'",
        "'quoted'",
        "\"",
        "a\\b",
        "steps=7",
        "negative=x [",
        "=",
        " leading and trailing ",
        "line\nbreak",
        "Umläute",
        "&#91; as typed",
        "&&#38;#",
        "\uD83D\uDD2C"
      })
  void whatMacroLineWritesIsReadBackByUsAndByImageJ(String text) {
    String options = MacroLine.options(Map.of("prompt", text)) + " negative=[]";
    assertEquals(text, MacroLine.decode(parse(options).get("prompt")));
    assertEquals(text, MacroLine.decode(Macro.getValue(options, "prompt", "missing")));
  }

  private static Map<String, String> parse(String options) {
    return MacroOptions.parse(options, KEYS);
  }

  private static String message(String options) {
    return assertThrows(IllegalArgumentException.class, () -> parse(options)).getMessage();
  }
}
