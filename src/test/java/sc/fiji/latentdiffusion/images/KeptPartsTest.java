/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.LATENTS;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.LOADED;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.REQUEST;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.VERBS;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.denoise;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.frame;
import static sc.fiji.latentdiffusion.images.DenoiseStartTest.values;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.plugin.Duplicator;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Stops runs on a selection and resumes them. */
class KeptPartsTest {

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImagePlus picture(int slices) {
    ImagePlus input = TestImages.ramp("8-bit", 40, 32, slices);
    for (int i = 1; i <= slices; i++) {
      input.getStack().getProcessor(i).add(20 * (i - 1));
    }
    input.setRoi(new OvalRoi(10, 6, 20, 18));
    return input;
  }

  private static ImagePlus masked(ImagePlus input, Request request) throws IOException {
    Slices slices = input.getStackSize() > 1 ? new Slices("all", "consecutive") : Slices.CURRENT;
    ImageToImageOptions options =
        new ImageToImageOptions(new RegionOptions(5, 8, false), ChannelMapping.DISPLAY, slices);
    return VERBS.imageToImage(input, request, options, LATENTS, Progress.NONE).get(1);
  }

  @ParameterizedTest
  @MethodSource("sc.fiji.latentdiffusion.images.DenoiseStartTest#singleStepSchedulers")
  void aRunAroundASelectionGoesOnToTheSameBits(String scheduler) throws IOException {
    Request request = REQUEST.withScheduler(scheduler).withStrength(0.8);
    ImagePlus whole = masked(picture(1), request);
    int first = 1;
    while (!whole.getStack().getSliceLabel(whole.getStackIndex(1, 1, first)).contains("step 2/4")) {
      first++;
    }
    ImagePlus stopped = denoise(frame(whole, first), request, -1, 5);
    ImagePlus resumed = denoise(stopped, request, -1, -1);
    assertArrayEquals(values(whole, whole.getNFrames()), values(resumed, 1));
    assertNull(resumed.getStringProperty("warning1"));
    assertEquals("what is around the selection", resumed.getStringProperty("kept"));
  }

  @Test
  void aReopenedTiffFileHoldsTheSurroundingsOfTheSelectionOfEverySlice(@TempDir Path folder)
      throws IOException {
    Request request = REQUEST.withStrength(0.8);
    ImagePlus whole = TestImages.reopened(masked(picture(2), request), folder);
    whole.setPosition(1, 2, 3);
    ImagePlus resumed = denoise(whole, request.withSeed(43), -1, -1);
    float[] expected = (float[]) whole.getStack().getPixels(whole.getStackIndex(4, 2, 5));
    assertArrayEquals(expected, (float[]) resumed.getStack().getPixels(4));
  }

  @Test
  void theResultSaysIfTheSurroundingsOfTheSelectionAreLost() throws IOException {
    Request request = REQUEST.withStrength(0.8);
    ImagePlus whole = frame(masked(picture(1), request), 3);
    assertSaysThatAllMayChange(cropped(whole), "3 × 3", request);
    ImagePlus lost = whole.duplicate();
    lost.setPosition(1, 1, 3);
    lost.setProp("kept1", null);
    assertSaysThatAllMayChange(lost, "has lost them", request);
  }

  private static ImagePlus cropped(ImagePlus imp) {
    imp.setRoi(0, 0, 3, 3);
    ImagePlus part = new Duplicator().run(imp, 1, 4, 1, 1, 3, 3);
    imp.deleteRoi();
    return part;
  }

  private static void assertSaysThatAllMayChange(ImagePlus imp, String why, Request request)
      throws IOException {
    ImagePlus resumed = denoise(imp, request, 3, -1);
    String warning = resumed.getStringProperty("warning1");
    assertTrue(warning.contains(why) && warning.contains("all of them may change"), warning);
    assertNull(resumed.getStringProperty("kept"));
  }
}
