/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.views;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TilingTest {

  @Test
  void viewsCoverTheSideAndTheLastEndsWithIt() {
    assertArrayEquals(new int[] {0}, Tiling.starts(7, 10, 6));
    assertArrayEquals(new int[] {0}, Tiling.starts(10, 10, 6));
    assertArrayEquals(new int[] {0, 1}, Tiling.starts(11, 10, 6));
    assertArrayEquals(new int[] {0, 6}, Tiling.starts(16, 10, 6));
    assertArrayEquals(new int[] {0, 6, 12, 13}, Tiling.starts(23, 10, 6));
  }

  @Test
  void rowsAreOutermostAndAShortSideIsSeenWhole() {
    List<View> views = new Tiling(64, 32).views(5, 12, 8);
    assertEquals(List.of(new View(0, 0, 5, 8), new View(0, 4, 5, 8)), views);
    views = new Tiling(64, 0).views(16, 9, 8);
    assertEquals(
        List.of(
            new View(0, 0, 8, 8), new View(0, 1, 8, 8), new View(8, 0, 8, 8), new View(8, 1, 8, 8)),
        views);
  }

  @Test
  void withoutATileTheWholeIsTheOneView() {
    assertEquals(List.of(new View(0, 0, 5, 12)), Tiling.NONE.views(5, 12, 8));
    assertEquals(Tiling.NONE, Tiling.NONE.resolved(8));
    assertEquals(700, Tiling.NONE.seen(700));
  }

  @Test
  void theOverlapIsHalfTheTileRoundedDownToTheFactor() {
    assertEquals(64, new Tiling(128, -1).resolved(8).overlap());
    assertEquals(32, new Tiling(72, -1).resolved(8).overlap());
    assertEquals(0, new Tiling(8, -1).resolved(8).overlap());
    assertEquals(24, new Tiling(128, 24).resolved(8).overlap());
  }

  @Test
  void weightsFallOverTheOverlapButNotTowardsTheEndsOfTheWhole() {
    assertTrue(new Tiling(64, 32).ramp(8).isEmpty());
    Ramp ramp = new Tiling(64, -1, true).ramp(8).orElseThrow();
    assertEquals(4, ramp.overlap());
    float[] left = new Ramp(2).weights(new View(0, 0, 1, 4), 1, 6);
    float[] right = new Ramp(2).weights(new View(0, 2, 1, 4), 1, 6);
    float quarter = (float) Math.pow(Math.sin(Math.PI / 8), 2);
    assertArrayEquals(new float[] {1, 1, 1 - quarter, quarter}, left, 1e-6f);
    assertArrayEquals(new float[] {quarter, 1 - quarter, 1, 1}, right, 1e-6f);
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatWasExpectedAndFound() {
    refused(() -> new Tiling(-8, -1), "tile", "0 (off)", "-8");
    refused(() -> new Tiling(128, -2), "overlap", "−1 (half the tile)", "-2");
    refused(() -> new Tiling(0, 0), "overlap is used only with tile", "tile is 0", "leave");
    refused(() -> new Tiling(0, -1, true), "fade is used only with tile", "tile is 0", "leave");
    refused(() -> new Tiling(64, 0, true), "fade needs tiles that overlap", "overlap is 0");
    refused(() -> new Tiling(64, 64), "overlap must be less than tile", "64");
    refused(() -> new Tiling(100, -1).require(512, 512, 8), "multiple of 8", "100", "104");
    refused(() -> new Tiling(4, -1).require(512, 512, 8), "multiple of 8", "is 4", "nearest is 8");
    refused(() -> new Tiling(64, 20).require(512, 512, 8), "overlap must be a multiple", "20");
    refused(() -> new Tiling(520, -1).require(64, 512, 8), "at most 512", "64 × 512", "is 520");
    new Tiling(512, 504).require(64, 512, 8);
    new Tiling(8, 0).require(64, 512, 8);
    Tiling.NONE.require(5, 5, 8);
  }

  private static void refused(Executable call, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void aTileIsSuggestedAboveOneAndAHalfTimesTheModelsSize() {
    assertTrue(Tiling.NONE.suggestion(192, 64, 128).isEmpty());
    String note = Tiling.NONE.suggestion(200, 64, 128).orElseThrow();
    assertTrue(note.contains("200 × 64") && note.contains("tile=128 fade=true"), note);
    assertTrue(new Tiling(128, -1).suggestion(4096, 4096, 128).isEmpty());
    assertTrue(new Tiling(512, -1).suggestion(4096, 4096, 128).isPresent());
  }
}
