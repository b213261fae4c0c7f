/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import java.awt.Dimension;
import java.awt.Point;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Free places on a screen: in a row, then in the next row, none over another.
 *
 * @param screen the part of the screen for windows
 * @param top of the row in which the first window is placed if there is room
 * @param taken places of other windows
 */
record Arrangement(Rectangle screen, int top, List<Rectangle> taken) {

  /** Between windows, in pixels. */
  static final int GAP = 4;

  /**
   * Finds places for windows.
   *
   * @param first corner of the first window, which may be over others; null for the first free
   *     place
   * @param sizes of the windows
   * @return the places, all on the screen, none over another; empty if there is no room
   */
  Optional<List<Rectangle>> places(Point first, List<Dimension> sizes) {
    List<Rectangle> places = new ArrayList<>();
    for (Dimension size : sizes) {
      boolean given = places.isEmpty() && first != null;
      Optional<Rectangle> place =
          given ? Optional.of(moved(new Rectangle(first, size))) : free(size, places);
      if (place.isEmpty() || !screen.contains(place.get())) return Optional.empty();
      places.add(place.get());
    }
    return Optional.of(places);
  }

  /** Moves a place onto the screen, if it is not larger. */
  Rectangle moved(Rectangle place) {
    int right = screen.x + screen.width - place.width;
    int bottom = screen.y + screen.height - place.height;
    return new Rectangle(
        Math.max(screen.x, Math.min(place.x, right)),
        Math.max(screen.y, Math.min(place.y, bottom)),
        place.width,
        place.height);
  }

  /** Finds a free place: in the row of the first window, below it, or above. */
  private Optional<Rectangle> free(Dimension size, List<Rectangle> places) {
    List<Rectangle> blocked = new ArrayList<>(taken);
    blocked.addAll(places);
    int row = places.isEmpty() ? top : places.get(0).y;
    return corners(blocked, row).stream()
        .map(corner -> new Rectangle(corner, size))
        .filter(screen::contains)
        .filter(place -> blocked.stream().noneMatch(place::intersects))
        .min(
            Comparator.comparing((Rectangle place) -> place.y < row)
                .thenComparing(place -> place.y)
                .thenComparing(place -> place.x));
  }

  private List<Point> corners(List<Rectangle> blocked, int row) {
    List<Point> corners = new ArrayList<>();
    List<Integer> lefts = new ArrayList<>(List.of(screen.x));
    List<Integer> tops = new ArrayList<>(List.of(screen.y, row));
    for (Rectangle place : blocked) {
      lefts.add(place.x + place.width + GAP);
      tops.add(place.y + place.height + GAP);
    }
    for (int x : lefts) {
      for (int y : tops) {
        corners.add(new Point(x, y));
      }
    }
    return corners;
  }
}
