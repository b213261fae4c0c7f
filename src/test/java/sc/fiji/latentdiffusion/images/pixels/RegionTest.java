/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionTest {

  @Test
  void marginIsCutWhereTheImageEnds() {
    Region image = new Region(0, 0, 30, 20);
    assertEquals(new Region(2, 0, 11, 14), new Region(7, 4, 1, 5).widened(5, image));
    assertEquals(image, new Region(7, 4, 1, 5).widened(Integer.MAX_VALUE, image));
  }

  @Test
  void tooLargeRegionIsRefusedWithTheLimit() {
    Region region = new Region(0, 0, 9000, 10);
    String message =
        assertThrows(IllegalArgumentException.class, () -> region.requireSize(8192)).getMessage();
    assertTrue(message.contains("8192") && message.contains("9000×10"), message);
  }

  @Test
  void regionBeyondOneTensorIsRefusedWithTheLimit() {
    new Region(0, 0, 13377, 13377).requireReadable();
    Region region = new Region(0, 0, 20000, 20000);
    String message =
        assertThrows(IllegalArgumentException.class, region::requireReadable).getMessage();
    assertTrue(message.contains("178 million") && message.contains("20000×20000"), message);
  }

  @ParameterizedTest
  @CsvSource({"1,1,8,8", "8,16,8,16", "9,17,16,24"})
  void paddingRoundsUpToTheFactor(int width, int height, int paddedWidth, int paddedHeight) {
    assertEquals(
        new Region(3, 4, paddedWidth, paddedHeight), new Region(3, 4, width, height).padded(8));
  }

  @Test
  void tooLargeLatentsAreRefusedWithTheLimit() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Region.decoded(1025, 1, 8)).getMessage();
    assertTrue(message.contains("1024") && message.contains("1025×1"), message);
  }
}
