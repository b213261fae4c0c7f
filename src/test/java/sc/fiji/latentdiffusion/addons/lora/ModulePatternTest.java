/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModulePatternTest {

  private static final String NAME = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k";

  private static boolean matches(String pattern, String name) {
    return new ModulePattern(pattern).matches(name, new ModulePattern.Steps());
  }

  /** As Python's {@code re.match(rf"(.*\.)?({key})$", name)} does, for which Java's stands here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "to_k",
        "o_k",
        "attn2.to_k",
        "attn2\\.to_[kv]",
        ".*attn2.*",
        ".*attn1.*",
        "^down_blocks\\.\\d+\\.attentions.*to_k",
        "^attn2.to_k",
        "attentions\\.(0|1)\\..*",
        "attentions\\.(?:1|2)\\..*",
        "(attn1|attn2)\\.to_(q|k)$",
        "attn[^1]\\.to_\\w",
        "attn[1-3].to_k+",
        "(a|t|n|2)+\\.to_k",
        "attn2?\\.(to_v)?(to_k)?",
        "\\w+\\.to_k",
        "",
        "|to_k",
        "to_k|",
        ".+",
        "x*",
      })
  void modulesAreMatchedAsPeftDoes(String pattern) {
    for (String name : new String[] {NAME, "to_k", "attn2.to_q", "up.attn1.to_k", "a"}) {
      assertEquals(
          name.matches("(.*\\.)?(" + pattern + ")"), matches(pattern, name), pattern + " " + name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(.*)*!",
        "((a*)*)*!",
        "(.|..)+!",
        ".*.*.*.*.*.*.*.*.*.*.*!",
        "(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)!",
      })
  void expressionsWithMoreWaysThanCanBeTriedAreMatchedAtOnce(String pattern) {
    assertEquals(false, matches(pattern, NAME.repeat(5)));
  }

  @Test
  void stepsHaveABound() {
    ModulePattern pattern = new ModulePattern(".*.*.*.*.*.*.*.*!");
    ModulePattern.Steps steps = new ModulePattern.Steps(1_000_000);
    String name = "a".repeat(10_000);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                  for (int i = 0; i < 1_000; i++) pattern.matches(name, steps);
                })
            .getMessage();
    assertEquals("it has too many ways to match", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "[~a \"[\" without",
        "(a~a \"(\" without",
        "a)~a \")\" without",
        "*~\"*\"",
        "a{2}~\"{\"",
        "a**~two repetitions",
        "(?=a)~\"(?\"",
        "\\1~\"\\1\"",
        "\\~a \"\\\" at its end",
        "[b-a]~the range b-a",
      })
  void otherExpressionsAreRefusedByName(String pattern, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new ModulePattern(pattern)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void groupsInOneAnotherHaveABound() {
    String deep = "(".repeat(500) + ")".repeat(500);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new ModulePattern(deep)).getMessage();
    assertTrue(message.contains("groups in one another"), message);
  }
}
