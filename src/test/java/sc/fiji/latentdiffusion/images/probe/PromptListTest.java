/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PromptListTest {

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> PromptList.of(text)).getMessage();
  }

  @Test
  void promptsHaveABarBetweenThemOrALineEach() {
    assertEquals(List.of("nuclei", "red vesicles"), PromptList.of(" nuclei | red vesicles"));
    assertEquals(List.of("nuclei", "red vesicles", "c"), PromptList.of("nuclei\r\nred vesicles|c"));
    assertEquals(List.of("nuclei"), PromptList.of("\n| nuclei |\n"));
  }

  @Test
  void aBarWithinBracketsBehindABackslashOrBesideAnotherIsACharacter() {
    assertEquals(List.of("[a|b] cells", "(c|d:1.2)"), PromptList.of("[a|b] cells|(c|d:1.2)"));
    assertEquals(List.of("a || b", "c"), PromptList.of("a || b | c"));
    assertEquals(List.of("a \\| b \\(", "c"), PromptList.of("a \\| b \\(|c"));
    assertEquals(List.of("a)", "b"), PromptList.of("a)|b"));
  }

  @Test
  void noPromptAndTheSamePromptTwiceAreRefused() {
    assertTrue(refusal(" | \n").startsWith("prompts must name at least one"), refusal(""));
    assertTrue(refusal("a|b| a").contains("\"a\" stands there twice"), refusal("a|a"));
  }
}
