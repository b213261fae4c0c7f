/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;

class SurroundingRangeTest {

  private static final int SIZE = 64;
  private static final ChannelMapping AROUND = new ChannelMapping("", "around", 0, 255);
  private static final Slices.Position FIRST = new Slices.Position(1, 1);

  @PyTorch private static NDManager manager;

  /** Values of 1000…1100 around a selection of 60000. */
  private static ImagePlus faint() {
    ShortProcessor pixels = new ShortProcessor(SIZE, SIZE);
    for (int i = 0; i < SIZE * SIZE; i++) pixels.set(i, 1000 + 100 * (i % SIZE) / (SIZE - 1));
    return selected(pixels, 60000);
  }

  private static ImagePlus selected(ImageProcessor pixels, double value) {
    pixels.setValue(value);
    pixels.setRoi(20, 20, 16, 16);
    pixels.fill();
    pixels.resetRoi();
    ImagePlus image = new ImagePlus("around", pixels);
    image.setRoi(20, 20, 16, 16);
    return image;
  }

  private static Channels channels(ImagePlus image, Region seen) {
    return Channels.of(image, AROUND, 3, FIRST, Selection.of(image, 0), seen);
  }

  private static Region all() {
    return new Region(0, 0, SIZE, SIZE);
  }

  @Test
  void theRangeIsThatOfThePixelsAroundTheSelectionAndATenthMore() {
    Channels channels = channels(faint(), all());
    assertEquals("990", channels.black());
    assertEquals("1110", channels.white());
  }

  @Test
  void onlyWhatTheModelSeesCounts() {
    Channels channels = channels(faint(), new Region(16, 16, 24, 24));
    assertEquals(1000 + 100 * 16 / 63 - 3.6, Double.parseDouble(channels.black()), 1e-9);
  }

  @Test
  void pixelsThatAreNotChangedSurviveThereAndBack() {
    for (String type : new String[] {"16-bit", "RGB", "32-bit"}) {
      ImagePlus image =
          switch (type) {
            case "RGB" -> coloured();
            case "32-bit" -> selected(faint().getProcessor().convertToFloatProcessor(), 5);
            default -> faint();
          };
      ImageProcessor before = image.getProcessor().duplicate();
      Picture picture = channels(image, all()).picture(image, FIRST, Selection.of(image, 0), all());
      try (NDArray seen = picture.tensor(manager, 8)) {
        picture.replace(seen);
      }
      for (int i = 0; i < SIZE * SIZE; i++) {
        boolean isSelected = Selection.of(image, 0).weight(i % SIZE, i / SIZE) > 0;
        if (!isSelected && type.equals("RGB"))
          assertEquals(before.get(i), image.getProcessor().get(i));
        if (!isSelected) assertEquals(before.getf(i), image.getProcessor().getf(i), 1e-3f, type);
      }
    }
  }

  /** Red of 100…150, green of 40…44, blue of 7; black in the selection. */
  private static ImagePlus coloured() {
    ColorProcessor pixels = new ColorProcessor(SIZE, SIZE);
    for (int i = 0; i < SIZE * SIZE; i++) {
      int x = i % SIZE;
      pixels.set(i, 100 + 50 * x / 63 << 16 | 40 + 4 * x / 63 << 8 | 7);
    }
    return selected(pixels, 0xff000000);
  }

  @Test
  void eachColourOfRgbHasARangeOfItsOwn() {
    ImagePlus image = coloured();
    Channels channels = channels(image, all());
    assertEquals("95,39,6", channels.black());
    assertEquals("155,45,8", channels.white());
    Picture picture = channels.picture(image, FIRST, Selection.of(image, 0), all());
    picture.replace(manager.zeros(new Shape(1, 3, SIZE, SIZE)));
    int middle = 125 << 16 | 42 << 8 | 7;
    assertEquals(middle, image.getProcessor().get(25, 25) & 0xffffff, "the middle of each range");
  }

  @Test
  void aConstantImageStaysSoToOneGreyLevel() {
    ShortProcessor constant = new ShortProcessor(SIZE, SIZE);
    constant.add(700);
    ImagePlus image = selected(constant, 700);
    Channels channels = channels(image, all());
    assertEquals("699", channels.black());
    assertEquals("701", channels.white());
    channels
        .picture(image, FIRST, Selection.of(image, 0), all())
        .replace(manager.ones(new Shape(1, 3, SIZE, SIZE)));
    assertEquals(701, image.getPixel(25, 25)[0]);
  }

  @Test
  void valuesThatAreNotFiniteDoNotCount() {
    FloatProcessor pixels = (FloatProcessor) faint().getProcessor().convertToFloat();
    for (int i = 0; i < SIZE; i++) pixels.setf(i, i % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY);
    ImagePlus image = selected(pixels, 3);
    assertEquals("990", channels(image, all()).black());
    FloatProcessor none = new FloatProcessor(SIZE, SIZE);
    none.add(Double.NaN);
    ImagePlus empty = selected(none, 3);
    assertRefused("only NaN", () -> channels(empty, all()));
  }

  @Test
  void eachSliceHasARangeOfItsOwn() {
    ImageStack stack = new ImageStack(SIZE, SIZE);
    stack.addSlice(faint().getProcessor());
    ImageProcessor brighter = faint().getProcessor();
    brighter.resetRoi();
    brighter.add(2000);
    stack.addSlice(brighter);
    ImagePlus image = new ImagePlus("two", stack);
    image.setRoi(20, 20, 16, 16);
    Channels channels = channels(image, all());
    for (int slice = 1; slice <= 2; slice++) {
      Slices.Position at = new Slices.Position(slice, 1);
      Selection selection = Selection.of(image, 0);
      Channels own = channels.around(image, at, selection, all());
      Picture picture = own.picture(image, at, selection, all());
      assertEquals(slice == 1 ? 990 : 2990, picture.map(0).min());
    }
  }

  @Test
  void aSelectionWithNothingAroundItIsRefused() {
    ImagePlus image = faint();
    assertRefused("context=32", () -> channels(image, new Region(20, 20, 16, 16)));
    image.deleteRoi();
    assertRefused("Select a part of the image", () -> channels(image, all()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimum", "maximum"})
  void itIsNotForCommandsWithoutARepaintedSelection(String key) {
    assertRefused("is around", () -> Channels.of(faint(), AROUND));
    assertRefused(
        key,
        () ->
            new ChannelMapping(
                "", "around", key.equals("minimum") ? 1 : 0, key.equals("maximum") ? 9 : 255));
  }

  private static void assertRefused(String expected, Executable made) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
