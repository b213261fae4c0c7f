/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ij.process.FloatProcessor;
import org.junit.jupiter.api.Test;

class LatentCellsTest {

  /** A row of 4 pixels with weights, the last one unweighted; the region begins at x = 10. */
  private static Selection weights(float... weights) {
    return Selection.of(new Region(10, 3, weights.length, 1), new FloatProcessor(4, 1, weights));
  }

  private static final Region SEEN = new Region(10, 3, 4, 1);

  @Test
  void theLargestWeightAndTheShareOfSelectedPixelsOfEachCell() {
    LatentCells cells = new LatentCells(SEEN, 2, 1, 2, 1);
    Selection selection = weights(0.25f, 0.5f, 1, 0);
    assertArrayEquals(new float[] {0.5f, 1}, cells.largest(selection));
    assertArrayEquals(new float[] {1, 0.5f}, cells.covered(selection));
  }

  @Test
  void theMirroredMarginIsInNoCell() {
    LatentCells cells = new LatentCells(SEEN, 2, 1, 3, 3); // three pixels, then the last alone
    Selection selection = weights(0, 0, 0.5f, 1);
    assertArrayEquals(new float[] {0.5f, 1}, cells.largest(selection));
    assertArrayEquals(new float[] {1 / 3f, 1}, cells.covered(selection));
  }

  @Test
  void aCellOfTheMarginAloneIsAsItsNeighbour() {
    LatentCells cells = new LatentCells(SEEN, 3, 2, 2, 2);
    Selection selection = weights(0, 0, 1, 0);
    assertArrayEquals(new float[] {0, 1, 0, 0, 0, 0}, cells.largest(selection));
    assertArrayEquals(new float[] {0, 0.5f, 0.5f, 0, 0.5f, 0.5f}, cells.covered(selection));
  }

  @Test
  void cellsOfAScaledRegionShareThePixelsAtTheirBorders() {
    LatentCells cells = new LatentCells(SEEN, 3, 1, 4 / 3.0, 1);
    assertArrayEquals(new float[] {0.5f, 0.5f, 0}, cells.covered(weights(0, 1, 0, 0)));
  }
}
