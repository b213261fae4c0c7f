/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.ByteProcessor;
import ij.process.ShortProcessor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TestImages;

class ChannelMappingTest {

  @PyTorch private static NDManager manager;

  private static ChannelMapping channels(String channels) {
    return new ChannelMapping(channels, "display", 0, 255);
  }

  private static ChannelMapping intensity(String intensity) {
    boolean given = intensity.equals("given");
    return new ChannelMapping("", intensity, given ? -5 : 0, given ? 7 : 255);
  }

  @Test
  void theFirstThreeChannelsAreRedGreenAndBlueAndOneAloneIsGrey() {
    assertArrayEquals(new int[] {1, 1, 1}, channels("").rgb(1));
    assertArrayEquals(new int[] {1, 2, 0}, channels("").rgb(2));
    assertArrayEquals(new int[] {1, 2, 3}, channels("").rgb(5));
  }

  @Test
  void channelsAreThoseAskedFor() {
    assertArrayEquals(new int[] {3, 2, 1}, channels("3, 2,1").rgb(3));
    assertArrayEquals(new int[] {0, 2, 0}, channels("0,2").rgb(2));
    assertArrayEquals(new int[] {4, 4, 4}, channels("4").rgb(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0,0,0", "1,2,3,4", "a", "1,", "-1", "1.5"})
  void whatNamesNoChannelsIsRefused(String channels) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> channels(channels)).getMessage();
    assertTrue(message.contains("but is " + channels), message);
  }

  @Test
  void aChannelThatTheImageLacksIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> channels("1,4").rgb(3)).getMessage();
    assertTrue(message.contains("has 3") && message.contains("1,4"), message);
  }

  @Test
  void anEmptyOrInfiniteRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ChannelMapping("", "given", 3, 3));
    assertThrows(
        IllegalArgumentException.class, () -> new ChannelMapping("", "given", 0, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new ChannelMapping("", "auto", 0, 255));
  }

  @Test
  void aRangeThatWouldNotBeUsedIsRefused() {
    assertRefused(
        () -> new ChannelMapping("", "display", 5, 255),
        "minimum is used only with intensity=given");
    assertRefused(() -> new ChannelMapping("", "full", 0, 4095), "is 4095 with intensity=full");
    assertRefused(() -> new ChannelMapping("", "display", Double.NaN, 255), "minimum");
    assertEquals(ChannelMapping.DISPLAY, new ChannelMapping("", "display", 0, 255));
  }

  private static void assertRefused(Executable made, String expected) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void theRangeIsTheDisplayedTheFullOrTheGiven() {
    ImagePlus bytes = TestImages.ramp("8-bit", 20, 20, 1);
    bytes.setDisplayRange(10, 90);
    assertRange("10", "90", bytes, "display");
    assertRange("0", "255", bytes, "full");
    assertRange("-5", "7", bytes, "given");
    ImagePlus shorts = TestImages.ramp("16-bit", 20, 20, 1);
    assertRange("0", "65535", shorts, "full");
    ImagePlus rgb = TestImages.ramp("RGB", 20, 20, 1);
    assertRange("0", "255", rgb, "full");
    assertRefused(() -> range(rgb, "given"), "always 0 and 255, but is given");
  }

  @Test
  void valuesAreThoseThatImageJShowsThroughACalibrationFunction() {
    ImagePlus signed = new ImagePlus("signed", new ShortProcessor(2, 1, stored(0, 1000), null));
    signed.getCalibration().setSigned16BitCalibration();
    signed.setDisplayRange(32768 + 0, 32768 + 1000);
    assertRange("0", "1000", signed, "display");
    assertRange("-32768", "32767", signed, "full");
    assertRange("-5", "7", signed, "given");
    float[] given = seen(signed, new ChannelMapping("", "given", 0, 1000));
    assertArrayEquals(new float[] {-1, 1}, given);
    assertArrayEquals(seen(signed, intensity("display")), given);
  }

  private static short[] stored(int... shown) {
    short[] stored = new short[shown.length];
    for (int i = 0; i < shown.length; i++) {
      stored[i] = (short) (shown[i] + 32768);
    }
    return stored;
  }

  @Test
  void opticalDensitiesWithinTheGivenRangeAreSeenApart() {
    ImagePlus densities =
        new ImagePlus("OD", new ByteProcessor(3, 1, new byte[] {(byte) 255, (byte) 80, 25}));
    densities.getCalibration().setFunction(Calibration.UNCALIBRATED_OD, null, "OD");
    float[] seen = seen(densities, new ChannelMapping("", "given", 0, 1));
    assertTrue(seen[0] < -0.98 && seen[1] > seen[0] && seen[2] > seen[1], seen[1] + "");
    ChannelMapping beyond = new ChannelMapping("", "given", 50, 60);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Channels.of(densities, beyond))
            .getMessage();
    assertTrue(message.startsWith("minimum and maximum must be values of the image"), message);
  }

  @Test
  void underAnInvertingLutTheModelSeesDarkWhatIsShownDark() {
    for (String type : List.of("8-bit", "16-bit", "32-bit")) {
      ImagePlus inverted = TestImages.ramp(type, 2, 1, 1);
      inverted.setDisplayRange(0, 200);
      ImagePlus plain = inverted.duplicate();
      inverted.getProcessor().invertLut();
      for (String intensity : List.of("display", "full", "given")) {
        float[] dark = seen(inverted, intensity(intensity));
        float[] bright = seen(plain, intensity(intensity));
        assertEquals(-bright[0], dark[0], 1e-6, type + " " + intensity);
        assertEquals(-bright[1], dark[1], 1e-6, type + " " + intensity);
      }
      assertEquals(range(plain, "display").black(), range(inverted, "display").white());
    }
  }

  private static float[] seen(ImagePlus imp, ChannelMapping mapping) {
    Region all = new Region(0, 0, imp.getWidth(), imp.getHeight());
    Slices.Position first = new Slices("all", "same").positions(imp).get(0);
    return Tensors.channels(
        Channels.of(imp, mapping).picture(imp, first, Selection.all(all), all).tensor(manager, 1))[
        0];
  }

  @Test
  void theFullRangeOf32BitIsThatOfItsFiniteValues() {
    ImagePlus floats = TestImages.row(Float.NaN, -3, 8, Float.POSITIVE_INFINITY, 2);
    assertRange("-3", "8", floats, "full");
  }

  @Test
  void aConstantImageIsAMiddleGrey() {
    assertRange("3.5", "4.5", TestImages.row(4, 4, 4), "full");
  }

  @Test
  void aRangeInWhichWholeNumbersShowNothingIsNoted() {
    for (String type : List.of("8-bit", "16-bit")) {
      ImagePlus imp = TestImages.ramp(type, 4, 4, 1);
      imp.setDisplayRange(50, 50);
      String note = range(imp, "display").note().orElse("");
      assertTrue(note.startsWith("Black and white are 49.5 and 50.5: "), note);
      assertEquals(Optional.empty(), range(imp, "full").note());
      imp.setDisplayRange(50, 52);
      assertEquals(Optional.empty(), range(imp, "display").note());
    }
    assertEquals(Optional.empty(), range(TestImages.row(4, 4, 4), "display").note());
    assertEquals(Optional.empty(), range(TestImages.ramp("RGB", 4, 4, 1), "display").note());
  }

  @Test
  void nothingButNaNNeedsAGivenRange() {
    ImagePlus nothing = TestImages.row(Float.NaN, Float.NaN);
    String message =
        assertThrows(IllegalArgumentException.class, () -> range(nothing, "full")).getMessage();
    assertTrue(message.contains("intensity=given"), message);
    assertRange("-5", "7", nothing, "given");
  }

  @Test
  void everyChannelOfACompositeHasItsOwnRange() {
    ImagePlus imp = TestImages.blackChannels("16-bit", 4, 4, 3);
    CompositeImage composite = new CompositeImage(imp);
    for (int c = 1; c <= 3; c++) {
      composite.setC(c);
      composite.setDisplayRange(c, 100 * c);
    }
    Channels channels = Channels.of(composite, channels("3,0,1"));
    assertEquals("3,0,1", channels.black());
    assertEquals("300,255,100", channels.white());
  }

  private static Channels range(ImagePlus imp, String intensity) {
    return Channels.of(imp, intensity(intensity));
  }

  private static void assertRange(String black, String white, ImagePlus imp, String intensity) {
    assertEquals(black, range(imp, intensity).black());
    assertEquals(white, range(imp, intensity).white());
  }
}
