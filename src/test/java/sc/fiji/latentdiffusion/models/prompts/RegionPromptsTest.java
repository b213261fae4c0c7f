/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.views.View;

class RegionPromptsTest {

  private static RegionPrompts.Region region(String text, float... covered) {
    return new RegionPrompts.Region(text, covered);
  }

  @Test
  void regionsThatOverlapShareAndThePromptGetsTheRest() {
    RegionPrompts prompts =
        RegionPrompts.of("rest", List.of(region("a", 1, 1, 0.5f, 0), region("b", 0, 1, 0, 0)), 4);
    assertEquals(List.of("rest", "a", "b"), prompts.texts());
    assertArrayEquals(new float[] {0, 0, 0.5f, 1}, prompts.shares(0));
    assertArrayEquals(new float[] {1, 0.5f, 0.5f, 0}, prompts.shares(1));
    assertArrayEquals(new float[] {0, 0.5f, 0, 0}, prompts.shares(2));
  }

  @Test
  void aPromptWithoutShareIsLeftOut() {
    RegionPrompts prompts = RegionPrompts.of("rest", List.of(region("a", 1, 1)), 2);
    assertEquals(List.of("a"), prompts.texts());
    assertTrue(prompts.isOne());
  }

  @Test
  void regionsOfOnePromptAreOne() {
    RegionPrompts prompts =
        RegionPrompts.of("b", List.of(region("a", 1, 0, 0), region("a", 0, 1, 0)), 3);
    assertEquals(List.of("b", "a"), prompts.texts());
    assertArrayEquals(new float[] {1, 1, 0}, prompts.shares(1));
    assertTrue(RegionPrompts.of("a", List.of(region("a", 1, 0, 0)), 3).isOne());
  }

  @Test
  void aViewHasThePromptsThatHaveAShareInIt() {
    float[] left = {1, 0, 0, 1, 0, 0};
    RegionPrompts prompts = RegionPrompts.of("rest", List.of(region("a", left)), 3);
    assertEquals(List.of("rest"), prompts.of(new View(0, 1, 2, 2)).texts());
    RegionPrompts both = prompts.of(new View(1, 0, 1, 2));
    assertEquals(List.of("rest", "a"), both.texts());
    assertArrayEquals(new float[] {0, 1}, both.shares(0));
  }
}
