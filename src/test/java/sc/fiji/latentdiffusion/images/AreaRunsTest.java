/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.StoppingProgress;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.views.Tiling;

/** Image to image of several areas, with the tiny model sd1. */
class AreaRunsTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final ImageDiffusion VERBS =
      new ImageDiffusion(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSteps(2)
          .withStrength(0.75)
          .withSeed(42)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  private static final RegionOptions REGION = new RegionOptions(2, 5, false);

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Roi holed() {
    return new ShapeRoi(new OvalRoi(30, 4, 20, 22)).not(new ShapeRoi(new Roi(37, 11, 6, 6)));
  }

  /** An oval at the border, one that overlaps it, one with a hole, a line, one outside. */
  private static Overlay mixed() {
    return TestImages.overlay(
        new OvalRoi(-4, 3, 20, 18),
        new Roi(10, 10, 14, 12),
        holed(),
        new Line(1, 1, 50, 30),
        new Roi(100, 100, 9, 9));
  }

  private static ImagePlus input(String type) {
    ImagePlus image = TestImages.random(type, 61, 43, 3);
    image.setOverlay(mixed());
    return image;
  }

  private static ImageToImageOptions options(String rois, String areas) {
    return options(rois, areas, Slices.CURRENT, REGION);
  }

  private static ImageToImageOptions options(
      String rois, String areas, Slices slices, RegionOptions region) {
    AreaOptions which = new AreaOptions(rois, areas, false, true, "");
    return new ImageToImageOptions(region, ChannelMapping.DISPLAY, slices, which);
  }

  private static Results run(ImagePlus input, ImageToImageOptions options) throws IOException {
    return VERBS.imageToImage(input, REQUEST, options, Stacks.NONE, Progress.NONE);
  }

  private static ImagePlus result(ImagePlus input, ImageToImageOptions options) throws IOException {
    return run(input, options).get(Results.RESULT);
  }

  private static float[] pixels(ImagePlus image) {
    return (float[]) image.getProcessor().convertToFloatProcessor().getPixels();
  }

  @ParameterizedTest
  @CsvSource({"8-bit, each", "16-bit, together", "32-bit, each", "RGB, together"})
  void outsideTheUnionNotABitChanges(String type, String areas) throws IOException {
    ImagePlus input = input(type);
    ImagePlus result = result(input, options("overlay", areas));
    int changed = 0;
    for (int y = 0; y < input.getHeight(); y++) {
      for (int x = 0; x < input.getWidth(); x++) {
        boolean inside = false;
        for (int i = 0; i < 3; i++) inside |= mixed().get(i).contains(x, y);
        boolean same = input.getProcessor().get(x, y) == result.getProcessor().get(x, y);
        assertTrue(inside || same, "at (" + x + ", " + y + ")");
        changed += same ? 0 : 1;
      }
    }
    assertTrue(changed > 300, changed + " pixels changed");
    assertEquals("4,5", result.getStringProperty("outside"));
    assertEquals("3", result.getStringProperty("areaCount"));
  }

  /** As a macro would do it, ROI by ROI. */
  @ParameterizedTest
  @ValueSource(strings = {"8-bit", "16-bit", "RGB"})
  void eachIsARunAfterTheOtherOnTheResultSoFar(String type) throws IOException {
    ImagePlus last = input(type);
    for (int i = 0; i < 3; i++) {
      last.setRoi(mixed().get(i));
      last = result(last, options("selection", "together"));
    }
    assertArrayEquals(pixels(last), pixels(result(input(type), options("overlay", "each"))));
  }

  @Test
  void oneRoiIsTheSelectionToTheBit() throws IOException {
    ImagePlus selected = input("16-bit");
    selected.setRoi(holed());
    ImagePlus listed = input("16-bit");
    listed.setOverlay(TestImages.overlay(holed()));
    float[] expected = pixels(result(selected, options("selection", "together")));
    assertArrayEquals(expected, pixels(result(listed, options("overlay", "together"))));
    assertArrayEquals(expected, pixels(result(listed, options("overlay", "each"))));
  }

  @Test
  void consecutiveSeedsAddOneARun() throws IOException {
    ImagePlus last = input("8-bit");
    for (int i = 0; i < 3; i++) {
      last.setRoi(mixed().get(i));
      last =
          VERBS
              .imageToImage(
                  last,
                  REQUEST.withSeed(42 + i),
                  options("selection", "together"),
                  Stacks.NONE,
                  Progress.NONE)
              .get(Results.RESULT);
    }
    Slices consecutive = new Slices("current", "consecutive");
    ImagePlus each = result(input("8-bit"), options("overlay", "each", consecutive, REGION));
    assertArrayEquals(pixels(last), pixels(each));
  }

  @Test
  void labelsAreAResultBesideThePicture() throws IOException {
    Results results = run(input("8-bit"), options("overlay", "together"));
    ImagePlus labels = results.get("labelled");
    assertEquals("Labels", labels.getTitle());
    assertEquals(2, labels.getProcessor().get(12, 12)); // of both, the later one
    assertEquals(0, labels.getProcessor().get(40, 14)); // the hole
    assertEquals("random", labels.getStringProperty("input"));
  }

  @ParameterizedTest
  @CsvSource({"together, 1", "together, 2", "each, 1"})
  void eachAnswerIsASingleRunsToTheBit(String areas, int batch) throws IOException {
    ImagePlus both =
        VERBS
            .answering(new Answers(2, batch))
            .imageToImage(
                input("32-bit"), REQUEST, options("overlay", areas), Stacks.NONE, Progress.NONE)
            .get(Results.RESULT);
    for (int i = 0; i < 2; i++) {
      ImagePlus one =
          VERBS
              .imageToImage(
                  input("32-bit"),
                  REQUEST.withSeed(42 + i),
                  options("overlay", areas),
                  Stacks.NONE,
                  Progress.NONE)
              .get(Results.RESULT);
      float[] found = (float[]) both.getStack().getProcessor(i + 1).getPixels();
      assertArrayEquals(pixels(one), found, batch == 1 ? 0 : 1e-4f);
    }
  }

  @Test
  void theStatisticsOfAnswersOfEachAreaAreThoseOfThe32BitResults() throws IOException {
    ImageDiffusion answering = VERBS.answering(new Answers(2, 1, true));
    ImageToImageOptions each = options("overlay", "each");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    answering.imageToImage(
                        input("8-bit"), REQUEST, each, Stacks.NONE, Progress.NONE))
            .getMessage();
    assertTrue(message.contains("type=32-bit"), message);
    Results results =
        answering
            .withType(ResultType.FLOAT)
            .imageToImage(input("8-bit"), REQUEST, each, Stacks.NONE, Progress.NONE);
    ImagePlus both = results.get(Results.RESULT);
    float[] one = (float[]) both.getStack().getProcessor(1).getPixels();
    float[] other = (float[]) both.getStack().getProcessor(2).getPixels();
    float[] mean = pixels(results.get("mean"));
    for (int i = 0; i < mean.length; i++) assertEquals((one[i] + other[i]) / 2, mean[i], 1e-4);
  }

  @Test
  void aStoppedRunKeepsTheAreasThatAreFinished() throws IOException {
    ImageToImageOptions each = options("overlay", "each");
    Progress stops = new StoppingProgress("Area 3 of 3: Step 1");
    Results partial = VERBS.imageToImage(input("8-bit"), REQUEST, each, Stacks.NONE, stops);
    ImagePlus result = partial.get(Results.RESULT);
    assertEquals("Image to Image (partial)", result.getTitle());
    assertEquals("canceled after 2 of 3 areas", result.getStringProperty("partial"));
    ImagePlus first = input("8-bit");
    first.setOverlay(TestImages.overlay(mixed().get(0), mixed().get(1)));
    assertArrayEquals(pixels(result(first, each)), pixels(result));
  }

  @Test
  void whatSeveralRunsCanNotOpenIsRefused() {
    Stacks latents = new Stacks(true, false, false, false);
    ImageToImageOptions each = options("overlay", "each");
    assertRefused(
        () -> VERBS.imageToImage(input("8-bit"), REQUEST, each, latents, Progress.NONE),
        "the 3 runs",
        "areas=together");
    ImageDiffusion batched = VERBS.answering(new Answers(4, 2));
    assertRefused(
        () -> batched.imageToImage(input("8-bit"), REQUEST, each, Stacks.NONE, Progress.NONE),
        "batch must be 1, but is 2");
  }

  private static void assertRefused(
      org.junit.jupiter.api.function.Executable call, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void stacksOfARunOfSeveralAreasCoverTheirUnion() throws IOException {
    Stacks latents = new Stacks(true, false, false, false);
    Results results =
        VERBS.imageToImage(
            input("8-bit"), REQUEST, options("overlay", "together"), latents, Progress.NONE);
    assertEquals("0,0,55,31", results.get(Results.RESULT).getStringProperty("seen"));
    assertEquals(7, results.get("latentsteps").getWidth());
  }

  @Test
  void roisOfSlicesAreRepaintedInTheirSlices() throws IOException {
    ImagePlus stack = TestImages.random("8-bit", 48, 40, 1, 3, 1, 5);
    Overlay overlay = new Overlay();
    for (int i = 1; i <= 2; i++) {
      Roi roi = new OvalRoi(4 + 15 * i, 6, 12, 12);
      roi.setPosition(1, i, 1);
      overlay.add(roi);
    }
    stack.setOverlay(overlay);
    ImagePlus result =
        result(stack, options("overlay", "together", new Slices("all", "same"), REGION));
    for (int slice = 1; slice <= 3; slice++) {
      List<Roi> changes = new ArrayList<>();
      if (slice <= 2) changes.add(overlay.get(slice - 1));
      int changed = 0;
      for (int i = 0; i < 48 * 40; i++) {
        int x = i % 48;
        int y = i / 48;
        boolean same =
            stack.getStack().getProcessor(slice).get(i)
                == result.getStack().getProcessor(slice).get(i);
        assertTrue(same || changes.stream().anyMatch(roi -> roi.contains(x, y)), x + ", " + y);
        changed += same ? 0 : 1;
      }
      assertEquals(slice <= 2, changed > 50, slice + ": " + changed);
    }
  }

  private static Roi named(String name, Roi roi) {
    roi.setName(name);
    return roi;
  }

  private static ImageToImageOptions prompted(String areas) {
    AreaOptions which = new AreaOptions("overlay", areas, true, false, "");
    return new ImageToImageOptions(REGION, ChannelMapping.DISPLAY, Slices.CURRENT, which);
  }

  @Test
  void oneRegionOfEverythingIsThePlainRunToTheBit() throws IOException {
    ImagePlus input = input("8-bit");
    ImagePlus plain =
        VERBS
            .imageToImage(
                input,
                REQUEST.withPrompt("red dots", ""),
                options("selection", "together"),
                Stacks.NONE,
                Progress.NONE)
            .get(Results.RESULT);
    input.setOverlay(TestImages.overlay(named("red dots-1", new Roi(0, 0, 61, 43))));
    ImagePlus regional = result(input, prompted("together"));
    assertArrayEquals(pixels(plain), pixels(regional));
    assertEquals("red dots", regional.getStringProperty("regionPrompts"));
  }

  @Test
  void eachRegionHasItsPromptInItsOwnRun() throws IOException {
    String[] names = {"red dots", "a dark hole", "red dots-1"};
    ImagePlus input = input("16-bit");
    Overlay overlay = new Overlay();
    for (int i = 0; i < 3; i++) overlay.add(named(names[i], mixed().get(i)));
    ImagePlus last = input;
    for (int i = 0; i < 3; i++) {
      last.setRoi(mixed().get(i));
      Request own = REQUEST.withPrompt(names[i].replace("-1", ""), "");
      ImageToImageOptions selected = options("selection", "together");
      last =
          VERBS.imageToImage(last, own, selected, Stacks.NONE, Progress.NONE).get(Results.RESULT);
    }
    ImagePlus each = input("16-bit");
    each.setOverlay(overlay);
    assertArrayEquals(pixels(last), pixels(result(each, prompted("each"))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 32})
  void promptsOfRegionsTogetherChangeTheirRegionsAlone(int tile) throws IOException {
    ImagePlus input = input("8-bit");
    ImageToImageOptions options = prompted("together");
    input.setOverlay(
        TestImages.overlay(
            named("red dots", new Roi(4, 4, 20, 30)), named("a hole", new Roi(34, 4, 20, 30))));
    Request request = REQUEST.withTiling(new Tiling(tile, -1));
    ImagePlus both =
        VERBS.imageToImage(input, request, options, Stacks.NONE, Progress.NONE).get("result");
    int changed = 0;
    for (int i = 0; i < 61 * 43; i++) {
      int x = i % 61;
      int y = i / 61;
      boolean same = input.getProcessor().get(i) == both.getProcessor().get(i);
      Overlay overlay = input.getOverlay();
      assertTrue(same || overlay.get(0).contains(x, y) || overlay.get(1).contains(x, y));
      changed += same ? 0 : 1;
    }
    assertTrue(changed > 800, changed + " pixels changed");
    assertEquals("red dots | a hole", both.getStringProperty("regionPrompts"));
  }

  @Test
  void namesThatAreNoPromptsAreRefusedBeforeAModelIsLoaded() {
    ImagePlus input = input("8-bit");
    input.setOverlay(
        TestImages.overlay(
            named("red dots", new Roi(4, 4, 9, 9)), named("0012-0034", new Roi(30, 4, 9, 9))));
    assertRefused(
        () -> VERBS.imageToImage(input, REQUEST, prompted("together"), Stacks.NONE, Progress.NONE),
        "ROI 2",
        "0012-0034");
    input.getOverlay().remove(1);
    Request repair = REQUEST.withModel("repair");
    assertRefused(
        () -> VERBS.imageToImage(input, repair, prompted("together"), Stacks.NONE, Progress.NONE),
        "regions=true",
        "takes no words");
  }
}
