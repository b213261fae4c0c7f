/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.fitting.Fitted;
import sc.fiji.latentdiffusion.images.fitting.Fitting;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Slices;

/** Compares detail with its formulas in numpy and scipy; {@code src/test/python/detail.py}. */
class DetailTest {

  private static final int SEED = 42;

  /** Of the range of values: pictures are float32. */
  private static final double TOLERANCE = 1e-6;

  private static Golden golden;

  @PyTorch private NDManager manager;

  @BeforeAll
  static void read() throws IOException {
    golden = Golden.read(TestResources.golden("detail.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "8-bit, 8-bit, 10, 240, 1, false",
    "16-bit, 16-bit, 300, 4000, 0.6, true",
    "32-bit, 32-bit, -1.5, 2.5, 1, true",
    "RGB, RGB, 0, 255, 1, true",
    "16-bit whole, 16-bit, 4000, 300, 1, false"
  })
  void resultsHaveTheValuesOfTheFormulas(
      String name, String type, double black, double white, double detail, boolean level)
      throws IOException {
    NDArray made = golden.array(name + ".made", manager);
    Region all = new Region(0, 0, (int) made.getShape().get(3), (int) made.getShape().get(2));
    Region seen = new Region(3, 2, all.width(), all.height());
    ImagePlus image = image(name, type, seen);
    Selection selection = selection(name, image, seen);
    Picture picture = picture(image, black, white, selection, seen);
    Fitting fitting = Fitting.of(new RegionOptions(0, 8, false, detail, level), selection, seen);
    NDArray reconstructed = golden.array(name + ".reconstructed", manager);
    Fitted fitted = Fitted.of(made, reconstructed, picture, fitting, SEED, manager);
    float[] noises = golden.floats(name + ".noise");
    assertEquals(noises.length, fitted.noises().size());
    assertEquals(level ? noises.length : 0, fitted.levels().size());
    for (int c = 0; c < noises.length; c++) {
      assertEquals(noises[c], fitted.noises().get(c), 1e-6 * noises[c]);
      float[] expected = channel(golden.floats(name + ".result"), c, noises.length);
      float[] found = values(fitted.picture(), c, noises.length, black, white);
      double range = Math.abs(white - black);
      golden.assertNear(name + " channel " + c, expected, 1, found, TOLERANCE * range);
    }
  }

  /** Puts the golden's values into an image that is larger than the region. */
  private static ImagePlus image(String name, String type, Region seen) throws IOException {
    ImagePlus image = TestImages.black(type, seen.width() + 5, seen.height() + 4);
    float[] values = golden.floats(name + ".image");
    int channels = type.equals("RGB") ? 3 : 1;
    ImageProcessor pixels = image.getProcessor();
    for (int i = 0; i < seen.width() * seen.height(); i++) {
      int x = seen.x() + i % seen.width();
      int y = seen.y() + i / seen.width();
      if (channels == 1) {
        pixels.setf(x, y, values[i]);
      } else {
        int rgb = 0;
        for (int c = 0; c < 3; c++) rgb = rgb << 8 | (int) channel(values, c, 3)[i];
        pixels.set(x, y, rgb);
      }
    }
    return image;
  }

  private static Selection selection(String name, ImagePlus image, Region seen) throws IOException {
    float[] weights = golden.floats(name + ".weight");
    ByteProcessor mask = new ByteProcessor(image.getWidth(), image.getHeight());
    for (int i = 0; i < weights.length; i++) {
      int x = seen.x() + i % seen.width();
      mask.set(x, seen.y() + i / seen.width(), weights[i] > 0 ? 255 : 0);
    }
    mask.setThreshold(1, 255, ImageProcessor.NO_LUT_UPDATE);
    Roi roi = new ThresholdToSelection().convert(mask);
    image.setRoi(roi);
    return Selection.of(image, 0);
  }

  private static Picture picture(
      ImagePlus image, double black, double white, Selection selection, Region seen) {
    boolean isRgb = image.getType() == ImagePlus.COLOR_RGB;
    if (white < black) image.getProcessor().invertLut();
    double least = Math.min(black, white);
    ChannelMapping mapping =
        isRgb
            ? ChannelMapping.DISPLAY
            : new ChannelMapping("", "given", least, Math.max(black, white));
    Channels channels = Channels.of(image, mapping);
    return channels.picture(image, new Slices.Position(1, 1), selection, seen);
  }

  private static float[] channel(float[] values, int c, int channels) {
    int size = values.length / channels;
    return Arrays.copyOfRange(values, c * size, (c + 1) * size);
  }

  /** Returns the values of a channel, or of the grey that is the mean of all. */
  private static float[] values(NDArray picture, int c, int channels, double black, double white) {
    float[] all = picture.toFloatArray();
    List<float[]> colours = List.of(channel(all, 0, 3), channel(all, 1, 3), channel(all, 2, 3));
    float[] values = new float[colours.get(0).length];
    for (int i = 0; i < values.length; i++) {
      double x = colours.get(c)[i];
      if (channels == 1) x = (x + colours.get(1)[i] + colours.get(2)[i]) / 3;
      values[i] = (float) (black + (x / 2 + 0.5) * (white - black));
    }
    return values;
  }
}
