/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.Dimension;
import java.awt.Point;
import java.awt.Rectangle;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArrangementTest {

  private static final Rectangle SCREEN = new Rectangle(0, 20, 1280, 1004);
  private static final Rectangle IMAGEJ = new Rectangle(500, 20, 600, 80);
  private static final Dimension SIZE = new Dimension(300, 320);

  private static List<Rectangle> places(Point first, int count, Rectangle... taken) {
    return new Arrangement(SCREEN, 104, List.of(taken))
        .places(first, Collections.nCopies(count, SIZE))
        .orElseThrow();
  }

  private static Rectangle at(int x, int y) {
    return new Rectangle(new Point(x, y), SIZE);
  }

  @Test
  void windowsStandInARowBelowImageJsAndThenInTheNextRow() {
    List<Rectangle> places = places(null, 5, IMAGEJ);
    assertEquals(List.of(at(0, 104), at(304, 104), at(608, 104), at(912, 104), at(0, 428)), places);
  }

  @Test
  void theRowBeginsWhereThePreviewWas() {
    assertEquals(List.of(at(100, 200), at(404, 200)), places(new Point(100, 200), 2, IMAGEJ));
  }

  @Test
  void aPreviewThatWasMovedBeyondTheScreensEdgeLeavesAPictureWithinIt() {
    assertEquals(List.of(at(980, 704)), places(new Point(1200, 900), 1, IMAGEJ));
  }

  @Test
  void otherWindowsStayVisible() {
    Rectangle source = new Rectangle(0, 104, 520, 560);
    assertEquals(List.of(at(524, 104), at(828, 104)), places(null, 2, IMAGEJ, source));
  }

  @Test
  void withoutRoomThereIsNoPlace() {
    Arrangement full = new Arrangement(SCREEN, 104, List.of(SCREEN));
    assertEquals(Optional.empty(), full.places(null, List.of(SIZE)));
    Arrangement free = new Arrangement(SCREEN, 104, List.of());
    assertEquals(Optional.empty(), free.places(null, List.of(new Dimension(1281, 10))));
  }
}
