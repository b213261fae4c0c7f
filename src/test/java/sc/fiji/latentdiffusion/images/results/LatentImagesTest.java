/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.LUT;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.keys.Calls;

class LatentImagesTest {

  private static final int CHANNELS = 4;

  @PyTorch private static NDManager manager;

  private static NDArray latents(float start) {
    return manager.arange(start, start + 24, 1).reshape(new Shape(1, CHANNELS, 2, 3));
  }

  private static ImagePlus twoFrames() {
    ImageStack stack = new ImageStack(3, 2);
    LatentImages.add(stack, latents(0), "first");
    LatentImages.add(stack, latents(100), "second");
    return LatentImages.image("Latents", stack, CHANNELS, 1);
  }

  /** Channel c has the values ±c in the last frame, ±100 in the first, and 3 more in channel 2. */
  private static ImagePlus aroundZero() {
    ImageStack stack = new ImageStack(3, 2);
    float[] noise = new float[24];
    float[] last = new float[24];
    for (int i = 0; i < 24; i++) {
      int channel = i / 6 + 1;
      noise[i] = i % 2 == 0 ? 100 : -100;
      last[i] = (i % 2 == 0 ? channel : -channel) + (channel == 2 ? 3 : 0);
    }
    Shape shape = new Shape(1, CHANNELS, 2, 3);
    LatentImages.add(stack, manager.create(noise, shape), "first");
    LatentImages.add(stack, manager.create(last, shape), "second");
    return LatentImages.image("Latents", stack, CHANNELS, 1);
  }

  private static void assertShowsTheLastFrame(ImagePlus imp) {
    double[] limits = {1, 5, 3, 4};
    LUT[] luts = imp.getLuts();
    for (int c = 0; c < CHANNELS; c++) {
      assertEquals(limits[c], luts[c].max, "channel " + (c + 1));
      assertEquals(-limits[c], luts[c].min, "channel " + (c + 1));
      assertEquals(0x56b4e9, luts[c].getRGB(0) & 0xffffff);
      assertTrue((luts[c].getRGB(127) & 0xffffff) < 0x020202, "zero is black");
      assertEquals(0xe69f00, luts[c].getRGB(255) & 0xffffff);
    }
    assertEquals(CompositeImage.COLOR, ((CompositeImage) imp).getMode());
  }

  private static void assertIsHyperstack(ImagePlus imp) {
    assertEquals(CHANNELS, imp.getNChannels());
    assertEquals(2, imp.getNFrames());
    assertEquals(32, imp.getBitDepth());
    assertTrue(imp.isHyperStack());
    assertTrue(imp.isComposite());
    assertEquals("second, channel 3", imp.getStack().getSliceLabel(imp.getStackIndex(3, 1, 2)));
  }

  @Test
  void framesOfChannelsAreAHyperstack() {
    assertIsHyperstack(twoFrames());
  }

  @Test
  void eachChannelHasARangeAroundZeroThatShowsTheLastFrame() {
    ImagePlus imp = aroundZero();
    assertShowsTheLastFrame(imp);
    assertEquals(2, imp.getFrame());
    assertEquals(4, imp.getChannel(), "the channel with most variance");
  }

  @Test
  void rangesAndColoursSurviveSavingAsTiffAndNoValueChanges(@TempDir Path folder) {
    ImagePlus imp = aroundZero();
    ImagePlus opened = TestImages.reopened(imp, folder);
    assertShowsTheLastFrame(opened);
    for (int i = 1; i <= imp.getStackSize(); i++) {
      assertArrayEquals(
          (float[]) imp.getStack().getPixels(i), (float[]) opened.getStack().getPixels(i));
    }
  }

  @Test
  void channelsThatAreAllZeroHaveARange() {
    ImageStack stack = new ImageStack(3, 2);
    LatentImages.add(stack, manager.zeros(new Shape(1, CHANNELS, 2, 3)), "zero");
    assertEquals(1, LatentImages.image("Latents", stack, CHANNELS, 1).getDisplayRangeMax());
  }

  @Test
  void currentFrameIsTheTensor() {
    ImagePlus imp = twoFrames();
    imp.setPosition(2, 1, 2);
    try (NDArray tensor = LatentImages.tensor(imp, CHANNELS, manager)) {
      assertEquals(latents(100), tensor);
    }
    imp.setPosition(1, 1, 1);
    try (NDArray tensor = LatentImages.tensor(imp, CHANNELS, manager)) {
      assertEquals(latents(0), tensor);
    }
  }

  @Test
  void latentsSurviveSavingAsTiff(@TempDir Path folder) {
    ImagePlus imp = twoFrames();
    new Info(Calls.of(ShowLatent.class)).applyTo(imp);
    ImagePlus opened = TestImages.reopened(imp, folder);
    assertIsHyperstack(opened);
    assertTrue(opened.getInfoProperty().startsWith("command=Show Latent..."));
    opened.setPosition(1, 1, 2);
    try (NDArray tensor = LatentImages.tensor(opened, CHANNELS, manager)) {
      assertArrayEquals(latents(100).toFloatArray(), tensor.toFloatArray());
    }
  }

  @Test
  void plainStackOfAsManySlicesIsTakenToo() {
    ImagePlus plain = new ImagePlus("plain", twoFrames().getStack().convertToFloat());
    assertTrue(refusal(plain).contains("1 channel, 8 slices"));
    ImageStack stack = new ImageStack(3, 2);
    LatentImages.add(stack, latents(7), "");
    try (NDArray tensor = LatentImages.tensor(new ImagePlus("4", stack), CHANNELS, manager)) {
      assertEquals(latents(7), tensor);
    }
  }

  private static String refusal(ImagePlus imp) {
    return assertThrows(
            IllegalArgumentException.class, () -> LatentImages.tensor(imp, CHANNELS, manager))
        .getMessage();
  }

  @Test
  void otherImagesAreRefusedWithWhatTheyAre() {
    assertTrue(refusal(null).contains("found no image"));
    assertTrue(refusal(TestImages.black("8-bit", 3, 2)).contains("8-bit"));
    String message = refusal(TestImages.black("32-bit", 3, 2));
    assertTrue(message.contains("32-bit, 4 channels") && message.contains("\"black\""), message);
  }

  @Test
  void valueThatIsNotFiniteIsRefusedWithItsPlace() {
    ImagePlus imp = twoFrames();
    imp.setPosition(1, 1, 1);
    ((float[]) imp.getStack().getPixels(imp.getStackIndex(3, 1, 1)))[5] = Float.NaN;
    String message = refusal(imp);
    assertTrue(message.contains("pixel (2, 1) of channel 3 is NaN"), message);
    imp.setPosition(1, 1, 2);
    LatentImages.tensor(imp, CHANNELS, manager).close();
  }
}
