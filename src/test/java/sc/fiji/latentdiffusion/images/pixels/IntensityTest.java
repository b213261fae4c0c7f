/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IntensityTest {

  @Test
  void displayRangeMapsToMinusOneAndOne() {
    ImageProcessor ip = new ShortProcessor(4, 4);
    ip.setMinAndMax(100, 300);
    Intensity map = Intensity.of(ip);
    assertEquals(new Intensity(100, 300), map);
    assertEquals(-1f, map.toModel(100));
    assertEquals(0f, map.toModel(200));
    assertEquals(1f, map.toModel(300));
    assertEquals(350, map.toValue(1.5));
  }

  @Test
  void displayRangeOfAnInvertedOrScaledByteImageIsOfItsRawValues() {
    ImageProcessor ip = new ByteProcessor(4, 4);
    ip.invertLut();
    ip.setMinAndMax(50, 100);
    assertEquals(new Intensity(50, 100), Intensity.of(ip));
  }

  @Test
  void valuesOutsideTheRangeSaturateAndNaNIsTheMinimum() {
    Intensity map = new Intensity(10, 20);
    assertEquals(-1f, map.toModel(9));
    assertEquals(1f, map.toModel(Double.POSITIVE_INFINITY));
    assertEquals(-1f, map.toModel(Double.NEGATIVE_INFINITY));
    assertEquals(-1f, map.toModel(Double.NaN));
  }

  @Test
  void constantFloatImageIsMiddleGrey() {
    FloatProcessor ip = new FloatProcessor(4, 4);
    ip.set(7);
    ip.resetMinAndMax();
    Intensity map = Intensity.of(ip);
    assertEquals(new Intensity(6.5, 7.5), map);
    assertEquals(0f, map.toModel(7));
  }

  @Test
  void imageOfNaNAloneIsRefused() {
    float[] pixels = new float[16];
    Arrays.fill(pixels, Float.NaN);
    FloatProcessor ip = new FloatProcessor(4, 4, pixels);
    ip.resetMinAndMax();
    String message =
        assertThrows(IllegalArgumentException.class, () -> Intensity.of(ip)).getMessage();
    assertTrue(message.contains("NaN") && message.contains("Brightness/Contrast"), message);
  }

  @Test
  void rgbIsItsWholeRange() {
    assertEquals(new Intensity(0, 255), Intensity.of(new ColorProcessor(4, 4)));
  }

  /**
   *
   *
   * <pre>
   * x = (np.arange(256, dtype=np.float32) / 255); x = 2 * x - 1   # VaeImageProcessor.normalize
   * x[[0, 1, 100, 128, 254]]
   * </pre>
   */
  @Test
  void bytesBecomeTheFloatsThatDiffusersMakes() {
    int[] bytes = {0, 1, 100, 128, 254};
    float[] expected = {-1f, -0.99215686f, -0.21568626f, 0.003921628f, 0.99215686f};
    for (int i = 0; i < bytes.length; i++) {
      assertEquals(expected[i], Intensity.RGB.toModel(bytes[i]));
    }
  }

  /**
   *
   *
   * <pre>
   * v = torch.tensor([-2, -1, -0.99607843, 0, 0.00392157, 0.5, 1, 2])
   * (((v / 2 + 0.5).clamp(0, 1)).numpy() * 255).round().astype("uint8")
   * </pre>
   */
  @Test
  void floatsBecomeTheBytesThatDiffusersMakes() {
    float[] values = {-2, -1, -0.99607843f, 0, 0.00392157f, 0.5f, 1, 2};
    int[] expected = {0, 0, 0, 128, 128, 191, 255, 255};
    for (int i = 0; i < values.length; i++) {
      assertEquals(expected[i], Intensity.toByte(values[i]), "at " + values[i]);
    }
  }

  @Test
  void everyByteSurvivesTheWayThereAndBack() {
    for (int value = 0; value < 256; value++) {
      assertEquals(value, Intensity.toByte(Intensity.RGB.toModel(value)));
    }
  }
}
