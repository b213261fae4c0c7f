/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.random.Noise;
import sc.fiji.latentdiffusion.random.Slerp;

/** Images between two latent images. */
class LatentBlendTest {

  private static ImagePlus latents(long seed, int width, String label) {
    float[] values = Noise.of(seed).randn(4 * width * 2);
    ImageStack stack = new ImageStack(width, 2);
    for (int c = 0; c < 4; c++) {
      float[] channel = Arrays.copyOfRange(values, c * width * 2, (c + 1) * width * 2);
      stack.addSlice(label + ", channel " + (c + 1), channel);
    }
    ImagePlus image = LatentImages.image("l" + seed, stack, 4, 1);
    image.setProperty("Info", "seed=" + seed + "\n");
    return image;
  }

  private static float[] frame(ImagePlus image, int frame) {
    float[] all = new float[4 * image.getWidth() * 2];
    for (int c = 0; c < 4; c++) {
      Object channel = image.getStack().getPixels(image.getStackIndex(c + 1, 1, frame));
      System.arraycopy(channel, 0, all, c * image.getWidth() * 2, image.getWidth() * 2);
    }
    return all;
  }

  @Test
  void framesGoFromTheOneToTheOtherAlongACircle() {
    ImagePlus a = latents(1, 3, "latents after step 0 of 50");
    ImagePlus b = latents(2, 3, "latents after step 0 of 50");
    ImagePlus blend =
        new LatentBlend(a, b).image("slerp", new double[] {0, 0.25, 1}, MacroCall.NONE);
    assertEquals("Blended", blend.getTitle());
    assertArrayEquals(new int[] {3, 2, 4, 1, 3}, blend.getDimensions());
    float[] from = Noise.of(1).randn(24);
    float[] to = Noise.of(2).randn(24);
    assertArrayEquals(from, frame(blend, 1), 1e-6f);
    assertArrayEquals(Slerp.between(from, to, 0.25), frame(blend, 2));
    assertArrayEquals(to, frame(blend, 3), 1e-6f);
    assertEquals(
        "blend 0.25, latents after step 0 of 50, channel 3",
        blend.getStack().getSliceLabel(blend.getStackIndex(3, 1, 2)));
    assertEquals("1", blend.getStringProperty("seed"));
  }

  @Test
  void lerpGoesStraight() {
    ImagePlus a = latents(1, 3, "latents of a");
    ImagePlus b = latents(2, 3, "latents of b");
    ImagePlus blend = new LatentBlend(a, b).image("lerp", new double[] {0.25}, MacroCall.NONE);
    float[] from = Noise.of(1).randn(24);
    float[] to = Noise.of(2).randn(24);
    for (int i = 0; i < 24; i++) {
      assertEquals(0.75 * from[i] + 0.25 * to[i], frame(blend, 1)[i], 1e-6);
    }
    assertEquals("blend 0.25, channel 1", blend.getStack().getSliceLabel(1));
  }

  @Test
  void differentStepsAreNotNamed() {
    ImagePlus a = latents(1, 3, "step 3/20, timestep 900, sigma 9");
    ImagePlus b = latents(2, 3, "step 4/20, timestep 850, sigma 8");
    ImagePlus blend = new LatentBlend(a, b).image("slerp", new double[] {0.5}, MacroCall.NONE);
    assertEquals("blend 0.5, channel 1", blend.getStack().getSliceLabel(1));
  }

  @Test
  void otherSizesAreRefusedWithBoth() {
    ImagePlus a = latents(1, 3, "");
    ImagePlus b = latents(2, 4, "");
    String message =
        assertThrows(IllegalArgumentException.class, () -> new LatentBlend(a, b)).getMessage();
    assertTrue(message.contains("\"l1\" has 3 × 2 pixels"), message);
    assertTrue(message.contains("\"l2\" has 4 × 2 pixels"), message);
  }
}
