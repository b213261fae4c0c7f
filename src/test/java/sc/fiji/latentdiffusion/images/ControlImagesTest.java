/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** Which part of which image a ControlNet sees, with the tiny model micro-fp16. */
class ControlImagesTest {

  private static final String NET = TestResources.golden("control/edges").toString();
  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> TestResources.MODELS);
  private static final Slices ALL = new Slices("all", "same");

  private static final Request REQUEST =
      Request.defaults()
          .withModel("micro-fp16")
          .withSize(24, 20)
          .withSteps(3)
          .withSeed(42)
          .withStrength(0.7)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  @TempDir Path temp;

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private String saved(String title, ImagePlus imp) {
    imp.setTitle(title);
    return TestImages.saved(imp, temp).toString();
  }

  private static Request under(String control) {
    return REQUEST.withAddOns(AddOns.NONE.with("control", control));
  }

  private static int[] pixels(ImagePlus imp, int slice) {
    int[] pixels = ((int[]) imp.getStack().getProcessor(slice).getPixels()).clone();
    return Arrays.stream(pixels).map(p -> p & 0xffffff).toArray();
  }

  private static ImagePlus picture(String control) throws IOException {
    return VERBS.textToImage(under(control), Stacks.NONE, Progress.NONE).get(0);
  }

  private static ImagePlus change(ImagePlus input, String control, Slices slices)
      throws IOException {
    ImageToImageOptions options =
        new ImageToImageOptions(RegionOptions.SHARP, ChannelMapping.DISPLAY, slices);
    return VERBS.imageToImage(input, under(control), options, Stacks.NONE, Progress.NONE).get(0);
  }

  @Test
  void theResultSaysWhatSteeredIt() throws IOException {
    String image = saved("edges", TestImages.random("RGB", 24, 20, 1));
    ImagePlus result = picture(NET + ":0.8@0-0.6=" + image);
    assertEquals("edges", result.getStringProperty("control1"));
    assertEquals("0.8", result.getStringProperty("control1Weight"));
    assertEquals("0", result.getStringProperty("control1Start"));
    assertEquals("0.6", result.getStringProperty("control1End"));
    assertEquals("edges.tif", result.getStringProperty("control1Image"));
    assertEquals(64, result.getStringProperty("control1Sha256").length());
    assertFalse(Arrays.equals(pixels(picture(""), 1), pixels(result, 1)));
    assertFalse(Arrays.equals(pixels(picture(NET + "=" + image), 1), pixels(result, 1)));
  }

  @Test
  void inBfloat16TheResultIsNearlyThatInFloat32() throws IOException {
    String control = NET + ":0.8=" + saved("edges", TestImages.random("RGB", 24, 20, 1));
    int[] exact = pixels(picture(control), 1);
    Request rounded = under(control).withHardware("bfloat16", "cpu");
    int[] found = pixels(VERBS.textToImage(rounded, Stacks.NONE, Progress.NONE).get(0), 1);
    double sum = 0;
    for (int i = 0; i < exact.length; i++) sum += Math.abs((exact[i] & 255) - (found[i] & 255));
    assertTrue(sum / exact.length < 8, "mean difference " + sum / exact.length);
  }

  /** The input's selection is the selection of a control image of the same size. */
  @Test
  void aControlImageOfTheInputsSizeIsSeenAsTheInputIs() throws IOException {
    ImagePlus input = TestImages.random("RGB", 40, 40, 2);
    ImagePlus control = TestImages.random("RGB", 40, 40, 3);
    Roi roi = new Roi(5, 7, 21, 19);
    input.setRoi(roi);
    control.setRoi(roi);
    ImagePlus whole = change(input, NET + "=" + saved("control", control), Slices.CURRENT);
    ImagePlus cut = control.crop();
    ImagePlus part = change(input.crop(), NET + "=" + saved("cut", cut), Slices.CURRENT);
    whole.setRoi(roi);
    assertArrayEquals(pixels(part, 1), pixels(whole.crop(), 1));
  }

  @Test
  void aControlImageOfAnotherSizeIsResampledToWhatIsSeen() throws IOException {
    ImagePlus small = TestImages.random("RGB", 12, 10, 4);
    ImagePlus large = TestImages.random("RGB", 48, 40, 5);
    int[] plain = pixels(picture(""), 1);
    for (ImagePlus control : List.of(small, large)) {
      String image = saved("control" + control.getWidth(), control);
      int[] found = pixels(picture(NET + "=" + image), 1);
      assertFalse(Arrays.equals(plain, found));
    }
    ImagePlus grey = TestImages.white("8-bit", 48, 40);
    ImagePlus white = TestImages.white("RGB", 24, 20);
    assertArrayEquals(
        pixels(picture(NET + "=" + saved("white", white)), 1),
        pixels(picture(NET + "=" + saved("grey", grey)), 1));
  }

  /**
   * Mirroring extends 21 × 19 pixels for the model, and a resampled control image in the same way.
   */
  @Test
  void oddSizesAreMirroredAsTheInputIs() throws IOException {
    ImagePlus input = TestImages.random("RGB", 21, 19, 2);
    ImagePlus white = TestImages.white("RGB", 21, 19);
    ImagePlus large = TestImages.white("RGB", 50, 30);
    assertArrayEquals(
        pixels(change(input, NET + "=" + saved("white", white), Slices.CURRENT), 1),
        pixels(change(input, NET + "=" + saved("large", large), Slices.CURRENT), 1));
  }

  @Test
  void everySliceIsSteeredByTheSameSliceOfTheControlImage() throws IOException {
    ImagePlus input = TestImages.random("RGB", 16, 16, 1, 3, 1, 6);
    ImagePlus control = TestImages.random("RGB", 16, 16, 1, 3, 1, 7);
    ImagePlus all = change(input, NET + "=" + saved("control", control), ALL);
    for (int slice = 1; slice <= 3; slice++) {
      input.setSlice(slice);
      ImageProcessor own = control.getStack().getProcessor(slice);
      String one = saved("one" + slice, new ImagePlus("", own));
      assertArrayEquals(
          pixels(change(input, NET + "=" + one, Slices.CURRENT), slice), pixels(all, slice));
    }
  }

  @Test
  void aStackOfAnotherLengthIsRefusedAndOneSliceServesAll() throws IOException {
    ImagePlus input = TestImages.random("RGB", 16, 16, 1, 3, 1, 6);
    String two = NET + "=" + saved("two", TestImages.random("RGB", 16, 16, 1, 2, 1, 7));
    String message =
        assertThrows(IllegalArgumentException.class, () -> change(input, two, ALL)).getMessage();
    assertTrue(message.contains("\"two.tif\" has 2 slices and 1 frames"), message);
    String one = NET + "=" + saved("one", TestImages.random("RGB", 16, 16, 7));
    assertEquals(3, change(input, one, ALL).getStackSize());
  }

  @Test
  void withoutANameTheInputIsTheControlImage() throws IOException {
    ImagePlus input = TestImages.random("RGB", 16, 16, 8);
    assertArrayEquals(
        pixels(change(input, NET + "=" + saved("input", input), Slices.CURRENT), 1),
        pixels(change(input, NET, Slices.CURRENT), 1));
  }

  @Test
  void latentsAreDenoisedUnderControl() throws IOException {
    String control = NET + "@0-0.7=" + saved("edges", TestImages.random("RGB", 24, 20, 1));
    Stacks stacks = new Stacks(true, false, false, false);
    Request request = under(control).withScheduler("euler");
    List<ImagePlus> whole = VERBS.textToImage(request, stacks, Progress.NONE);
    ImagePlus begun = whole.get(1);
    begun.setT(2);
    StepRange range = new StepRange(-1, -1, false);
    ImagePlus rest = VERBS.denoiseLatent(begun, request, range, Stacks.NONE, Progress.NONE).get(0);
    begun.setT(4);
    for (int c = 1; c <= 4; c++) {
      assertArrayEquals(
          (float[]) begun.getStack().getPixels(begun.getStackIndex(c, 1, 4)),
          (float[]) rest.getStack().getPixels(c));
    }
  }

  /** Start and end count in the steps that the run takes, not in all steps of the schedule. */
  @Test
  void partsOfARunOnAPictureCountAsInTheWholeOfIt() throws IOException {
    ImagePlus input = TestImages.random("RGB", 24, 20, 9);
    String control = NET + "@0-0.6=" + saved("edges", TestImages.random("RGB", 24, 20, 1));
    Request request = under(control).withScheduler("euler").withSteps(6).withStrength(0.5);
    Stacks stacks = new Stacks(true, false, false, false);
    ImagePlus begun =
        VERBS.imageToImage(input, request, ImageToImageOptions.PLAIN, stacks, Progress.NONE).get(1);
    assertEquals(4, begun.getNFrames());
    begun.setT(2);
    StepRange range = new StepRange(-1, -1, false);
    ImagePlus rest = VERBS.denoiseLatent(begun, request, range, Stacks.NONE, Progress.NONE).get(0);
    for (int c = 1; c <= 4; c++) {
      assertArrayEquals(
          (float[]) begun.getStack().getPixels(begun.getStackIndex(c, 1, 4)),
          (float[]) rest.getStack().getPixels(c));
    }
  }

  @Test
  void anImageOrNetThatIsNotThereIsRefusedWithWhatIs() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> picture(NET + "=nowhere")).getMessage();
    assertTrue(message.contains("neither for \"nowhere\". Open are:"), message);
    String active = assertThrows(IllegalArgumentException.class, () -> picture(NET)).getMessage();
    assertTrue(active.contains("none is active"), active);
    String image = saved("x", TestImages.random("RGB", 16, 16, 1));
    String net = assertThrows(IOException.class, () -> picture("absent=" + image)).getMessage();
    assertTrue(net.startsWith("no ControlNet \"absent\": looked for"), net);
    String other = TestResources.golden("lora/kohya.safetensors") + "=" + image;
    String lora = assertThrows(IOException.class, () -> picture(other)).getMessage();
    assertTrue(lora.contains("is a LoRA, expected a ControlNet"), lora);
  }

  @Test
  void modelInfoSaysWhatAControlNetIs() throws IOException {
    ResultsTable table = VERBS.verbs().tables().contents(NET);
    String all = String.join("\n", Arrays.asList(table.getColumnAsStrings("value")));
    assertTrue(all.contains("ControlNet for models with prompts of 16 numbers a token"), all);
    assertTrue(all.contains("ControlNetModel"), all);
  }
}
