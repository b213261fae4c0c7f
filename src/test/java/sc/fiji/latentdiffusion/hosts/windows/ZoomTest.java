/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoomTest {

  @ParameterizedTest
  @CsvSource({"128, 128, 2", "64, 32, 4", "200, 100, 1.5", "16, 16, 16", "4, 4, 32", "512, 8, 1"})
  void theLongerSideOfSmallImagesIsAtLeast256PixelsOnTheScreen(int width, int height, double zoom) {
    assertEquals(zoom, Zoom.of(width, height));
  }
}
