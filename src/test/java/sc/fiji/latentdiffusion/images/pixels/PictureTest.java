/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageConverter;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import ij.process.TypeConverter;
import java.awt.Color;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;

class PictureTest {

  private static final int WIDTH = 37;
  private static final int HEIGHT = 23;
  private static final Region WHOLE = new Region(0, 0, WIDTH, HEIGHT);
  private static final Region INNER = new Region(5, 3, 13, 11);

  @PyTorch private static NDManager manager;

  private static Stream<ImageProcessor> processors() {
    Random random = new Random(1);
    ImageProcessor bytes = new ByteProcessor(WIDTH, HEIGHT);
    ImageProcessor shorts = new ShortProcessor(WIDTH, HEIGHT);
    ImageProcessor rgb = new ColorProcessor(WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      bytes.set(i, 20 + random.nextInt(180));
      shorts.set(i, 1000 + random.nextInt(60000));
      rgb.set(i, random.nextInt());
    }
    bytes.setMinAndMax(20, 199);
    shorts.setMinAndMax(1000, 60999);
    return Stream.of(bytes, shorts, rgb, floats(random));
  }

  /** Returns values k / 1024 from −1 to 1, which are exact. */
  private static FloatProcessor floats(Random random) {
    FloatProcessor floats = new FloatProcessor(WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      floats.setf(i, (random.nextInt(2049) - 1024) / 1024f);
    }
    floats.setMinAndMax(-1, 1);
    return floats;
  }

  @ParameterizedTest
  @MethodSource("processors")
  void pixelsSurviveTheWayToTheTensorAndBack(ImageProcessor pixels) {
    ImageProcessor blank = pixels.duplicate();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      blank.set(i, 0);
    }
    try (NDArray tensor = Picture.of(pixels, WHOLE).tensor(manager, 8)) {
      assertEquals(new Shape(1, 3, 24, 40), tensor.getShape());
      Picture.of(blank, WHOLE).replace(tensor);
    }
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      assertEquals(value(pixels, i), value(blank, i), "at pixel " + i);
    }
  }

  private static int value(ImageProcessor ip, int i) {
    return ip instanceof ColorProcessor ? ip.get(i) & 0xffffff : ip.get(i);
  }

  @ParameterizedTest
  @MethodSource("processors")
  void noPixelOutsideOfTheRegionIsTouched(ImageProcessor pixels) {
    ImageProcessor before = pixels.duplicate();
    try (NDArray tensor = manager.zeros(new Shape(1, 3, 16, 16))) {
      Picture.of(pixels, INNER).replace(tensor);
    }
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (x < 5 || x >= 18 || y < 3 || y >= 14) {
          assertEquals(before.get(x, y), pixels.get(x, y), "at (" + x + ", " + y + ")");
        }
      }
    }
    assertEquals(0f, expected(pixels, 17, 13, 0), 0.01f);
  }

  @ParameterizedTest
  @MethodSource("processors")
  void regionIsMirroredAboutTheOuterEdgeOfItsLastPixels(ImageProcessor pixels) {
    try (NDArray tensor = Picture.of(pixels, INNER).tensor(manager, 8)) {
      assertEquals(new Shape(1, 3, 16, 16), tensor.getShape());
      float[][] channels = Tensors.channels(tensor);
      for (int y = 0; y < 16; y++) {
        for (int x = 0; x < 16; x++) {
          int mirroredX = x < 13 ? x : 25 - x;
          int mirroredY = y < 11 ? y : 21 - y;
          for (int c = 0; c < 3; c++) {
            assertEquals(
                expected(pixels, 5 + mirroredX, 3 + mirroredY, c),
                channels[c][y * 16 + x],
                "at (" + x + ", " + y + ") of channel " + c);
          }
        }
      }
    }
  }

  private static float expected(ImageProcessor pixels, int x, int y, int c) {
    Intensity map = Intensity.of(pixels);
    return pixels instanceof ColorProcessor
        ? map.toModel(pixels.get(x, y) >> (16 - 8 * c) & 255)
        : pixels instanceof FloatProcessor
            ? map.toModel(pixels.getf(x, y))
            : map.toModel(pixels.get(x, y));
  }

  @Test
  void onePixelFillsAWholeTensor() {
    ByteProcessor pixels = new ByteProcessor(3, 3);
    pixels.set(1, 1, 255);
    try (NDArray tensor = Picture.of(pixels, new Region(1, 1, 1, 1)).tensor(manager, 8)) {
      assertEquals(new Shape(1, 3, 8, 8), tensor.getShape());
      for (float value : tensor.toFloatArray()) {
        assertEquals(1f, value);
      }
    }
  }

  @Test
  void greysAreTheMeanOfTheThreeChannelsRoundedHalfToEvenAndClampedToTheType() {
    ByteProcessor pixels = new ByteProcessor(4, 1);
    float[] red = {-1, 3, -3, 0};
    float[] values = new float[12];
    System.arraycopy(red, 0, values, 0, 4);
    System.arraycopy(red, 0, values, 4, 4);
    System.arraycopy(red, 0, values, 8, 4);
    values[8] = 1;
    try (NDArray tensor = manager.create(values, new Shape(1, 3, 1, 4))) {
      Picture.of(pixels, new Region(0, 0, 4, 1)).replace(tensor);
    }
    assertArrayEquals(new byte[] {85, (byte) 255, 0, (byte) 128}, (byte[]) pixels.getPixels());
  }

  @Test
  void floatsAreNeitherRoundedNorClamped() {
    FloatProcessor pixels = new FloatProcessor(2, 1);
    pixels.setMinAndMax(0, 10);
    try (NDArray tensor =
        manager.create(
            new float[] {1.5f, -1.25f, 1.5f, -1.25f, 1.5f, -1.25f}, new Shape(1, 3, 1, 2))) {
      Picture.of(pixels, new Region(0, 0, 2, 1)).replace(tensor);
    }
    assertArrayEquals(new float[] {12.5f, -1.25f}, (float[]) pixels.getPixels());
  }

  @Test
  void blankIsOpaqueBlack() {
    assertEquals(0xff000000, Canvas.black(2, 2).get(3));
  }

  private static String refusal(ImagePlus imp) {
    return assertThrows(IllegalArgumentException.class, () -> Picture.check(imp)).getMessage();
  }

  @Test
  void imagesOfOtherKindsAreRefusedWithWhatToDo() {
    assertTrue(refusal(null).contains("File ▸ Open…"));
    int[] colours = new Random(3).ints(256).toArray();
    ImagePlus indexed = new ImagePlus("indexed", new ColorProcessor(16, 16, colours));
    new ImageConverter(indexed).convertRGBtoIndexedColor(16);
    assertTrue(refusal(indexed).contains("RGB Color"));
  }

  @Test
  void greysWithAColouredLookupTableAreGreys() {
    ImagePlus imp =
        new ImagePlus("green", new TypeConverter(floats(new Random(2)), true).convertToByte());
    imp.setLut(LUT.createLutFromColor(Color.GREEN));
    Picture.check(imp);
    assertEquals(3, Picture.of(imp.getProcessor(), INNER).tensor(manager, 8).getShape().get(1));
  }
}
