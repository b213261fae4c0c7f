/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.models.Sight;

/** New images for pictures of any number of channels. */
class CanvasTest {

  private static final Region SIZE = new Region(5, 6, 3, 2);

  @PyTorch private static NDManager manager;

  private static String type(ImagePlus image) {
    String kind =
        image.isComposite() ? "composite" : image.getOpenAsHyperStack() ? "hyperstack" : "plain";
    return image.getBitDepth() + "-bit " + image.getNChannels() + " " + kind;
  }

  @ParameterizedTest
  @CsvSource({
    "2, AUTO, 8-bit 2 composite",
    "3, AUTO, 24-bit 1 plain",
    "3, FLOAT, 32-bit 3 composite",
    "7, AUTO, 8-bit 7 composite",
    "8, AUTO, 8-bit 8 hyperstack",
    "8, FLOAT, 32-bit 8 hyperstack"
  })
  void channelsAreACompositeAsFarAsImageJHasColours(int channels, ResultType type, String found) {
    Canvas canvas = Canvas.of(SIZE, type, Optional.empty(), channels);
    assertEquals(found, type(canvas.image("new")));
  }

  @Test
  void eachChannelHasItsOwnValuesRoundedOnlyIn8Bit() {
    NDArray picture = manager.arange(0, 24).reshape(new Shape(1, 4, 2, 3)).div(16).sub(0.7);
    Canvas whole = Canvas.of(SIZE, ResultType.AUTO, Optional.empty(), 4);
    Canvas real = Canvas.of(SIZE, ResultType.FLOAT, Optional.empty(), 4);
    whole.picture().replace(picture);
    real.picture().replace(picture);
    for (int c = 0; c < 4; c++) {
      for (int i = 0; i < 6; i++) {
        double value = ((6 * c + i) / 16.0 - 0.7) / 2 * 255 + 127.5;
        float made = real.image("").getStack().getProcessor(c + 1).getf(i);
        assertEquals(value, made, 1e-4);
        int rounded = whole.image("").getStack().getProcessor(c + 1).get(i);
        assertEquals(Math.rint(Math.min(255, value)), rounded);
      }
    }
  }

  @Test
  void valuesThatAreNoPictureAreOf32BitWithTheirRange() {
    ImagePlus depth = Canvas.of(SIZE, new Sight.Values(0, 1, true)).image("depth");
    assertEquals("32-bit 1 plain", type(depth));
    assertEquals(1, depth.getDisplayRangeMax());
    ImagePlus normals = Canvas.of(SIZE, new Sight.Values(-1, 1, false)).image("normals");
    assertEquals("32-bit 3 composite", type(normals));
    assertEquals(-1, normals.getDisplayRangeMin());
  }
}
