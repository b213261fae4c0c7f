/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ij.ImagePlus;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** The verbs on images, with the tiny model sd1. */
class ImageDiffusionTest {

  private static final String MODEL = "sd1";
  private static final Stacks ALL = new Stacks(true, true, true, true);
  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel(MODEL)
          .withSize(32, 24)
          .withSteps(4)
          .withSeed(42)
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Stream<ImagePlus> inputs() {
    return Stream.of(
        TestImages.random("8-bit", 45, 37, 5),
        TestImages.random("16-bit", 45, 37, 5),
        TestImages.random("32-bit", 45, 37, 5),
        TestImages.random("RGB", 45, 37, 5));
  }

  private static int[] colours(ImagePlus imp) {
    int[] colours = ((int[]) imp.getProcessor().getPixels()).clone();
    for (int i = 0; i < colours.length; i++) {
      colours[i] &= 0xffffff;
    }
    return colours;
  }

  private static List<ImagePlus> change(ImagePlus input, Request request, Stacks stacks)
      throws IOException {
    return VERBS.imageToImage(input, request, ImageToImageOptions.PLAIN, stacks, Progress.NONE);
  }

  @Test
  void textToImageGivesAPictureThatSaysWhatMadeIt() throws IOException {
    List<ImagePlus> images = VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE);
    assertEquals(1, images.size());
    ImagePlus image = images.get(0);
    assertEquals("Text to Image", image.getTitle());
    assertEquals(ImagePlus.COLOR_RGB, image.getType());
    assertEquals(32, image.getWidth());
    assertEquals(24, image.getHeight());
    assertEquals("42", image.getStringProperty("seed"));
    assertEquals(64, image.getStringProperty("modelSha256").length());
    assertEquals("float32", image.getStringProperty("precisionUsed"));
    assertEquals("4", image.getStringProperty("evaluations"));
  }

  @Test
  void recordingAllStacksAndProgressChangesNoBit() throws IOException {
    ImagePlus alone = VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE).get(0);
    Calls calls = new Calls(Integer.MAX_VALUE);
    List<ImagePlus> images = VERBS.textToImage(REQUEST, ALL, calls);
    assertArrayEquals(colours(alone), colours(images.get(0)));
    assertEquals(
        List.of(
            "Text to Image",
            "Latents by step",
            "Noise by step",
            "Predicted latents by step",
            "Images by step"),
        images.stream().map(ImagePlus::getTitle).toList());
    assertArrayEquals(new int[] {4, 3, 4, 1, 5}, images.get(1).getDimensions());
    assertArrayEquals(new int[] {4, 3, 4, 1, 4}, images.get(2).getDimensions());
    assertArrayEquals(new int[] {4, 3, 4, 1, 4}, images.get(3).getDimensions());
    assertArrayEquals(new int[] {32, 24, 1, 1, 4}, images.get(4).getDimensions());
    images.forEach(image -> assertEquals("42", image.getStringProperty("seed")));
    assertTrue(calls.done.containsAll(List.of(0L, 1L, 2L, 3L, 4L)), calls.done.toString());
  }

  @Test
  void noSizeIsTheModelsOwn() throws IOException {
    Request request = REQUEST.withSize(0, 0).withSteps(1);
    ImagePlus image = VERBS.textToImage(request, Stacks.NONE, Progress.NONE).get(0);
    assertEquals(64, image.getWidth());
    assertEquals("64", image.getStringProperty("width"));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void regionIsReplacedAndNothingElse(ImagePlus input) throws IOException {
    input.setRoi(7, 5, 19, 21);
    Object before = input.getProcessor().getPixelsCopy();
    ImagePlus result = change(input, REQUEST.withStrength(0.75), Stacks.NONE).get(0);
    assertEquals("Image to Image", result.getTitle());
    assertEquals(input.getType(), result.getType());
    int changed = 0;
    for (int y = 0; y < input.getHeight(); y++) {
      for (int x = 0; x < input.getWidth(); x++) {
        boolean same = input.getProcessor().get(x, y) == result.getProcessor().get(x, y);
        boolean inside = x >= 7 && x < 26 && y >= 5 && y < 26;
        assertTrue(inside || same, "at (" + x + ", " + y + ")");
        changed += same ? 0 : 1;
      }
    }
    assertTrue(changed > 200, changed + " of 399 pixels changed");
    assertEquals(input.getDisplayRangeMin(), result.getDisplayRangeMin());
    assertEquals(input.getDisplayRangeMax(), result.getDisplayRangeMax());
    assertTrue(samePixels(before, input.getProcessor()), "the input was changed");
    assertEquals("7,5,19,21", result.getStringProperty("region"));
    assertEquals("7,5,19,21", result.getStringProperty("seen"));
    assertEquals("24,24", result.getStringProperty("padded"));
    assertEquals(
        Numbers.text(Intensity.of(input.getProcessor()).min()), result.getStringProperty("black"));
    assertEquals(
        Numbers.text(Intensity.of(input.getProcessor()).max()), result.getStringProperty("white"));
  }

  private static boolean samePixels(Object pixels, ImageProcessor ip) {
    return Objects.deepEquals(pixels, ip.getPixels());
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void strengthZeroAndNoStepGiveTheInputBitForBit(ImagePlus input) throws IOException {
    for (double strength : new double[] {0, 0.2}) {
      List<ImagePlus> images = change(input, REQUEST.withStrength(strength), ALL);
      assertEquals(1, images.size());
      assertTrue(samePixels(input.getProcessor().getPixels(), images.get(0).getProcessor()));
      assertTrue(images.get(0).getStringProperty("note").contains("equals the input"));
    }
  }

  @Test
  void strengthOneEqualsTextToImage() throws IOException {
    ImagePlus input = TestImages.random("RGB", 32, 24, 5);
    ImagePlus replaced = change(input, REQUEST.withStrength(1), Stacks.NONE).get(0);
    ImagePlus text = VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE).get(0);
    assertArrayEquals(colours(text), colours(replaced));
  }

  @Test
  void onePixelCanBeReplaced() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 9, 9, 5);
    input.setRoi(4, 4, 1, 1);
    ImagePlus result = change(input, REQUEST.withStrength(1), ALL).get(0);
    for (int i = 0; i < 81; i++) {
      assertTrue(i == 40 || input.getProcessor().get(i) == result.getProcessor().get(i));
    }
  }

  @Test
  void stacksOfARegionLieWhereTheRegionLies() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 45, 37, 5);
    input.getCalibration().pixelWidth = 0.5;
    input.getCalibration().setUnit("micron");
    input.setRoi(7, 5, 19, 21);
    List<ImagePlus> images = change(input, REQUEST, ALL);
    assertEquals(5, images.size());
    ImagePlus latents = images.get(1);
    assertArrayEquals(new int[] {3, 3, 4, 1, 3}, latents.getDimensions());
    assertEquals(4, latents.getCalibration().pixelWidth);
    assertEquals(0.5 * (7 + 8), latents.getCalibration().getX(1.0));
    assertArrayEquals(new int[] {19, 21, 1, 1, 2}, images.get(4).getDimensions());
    assertEquals(0.5 * 7, images.get(4).getCalibration().getX(0.0));
    assertEquals("micron", images.get(4).getCalibration().getUnit());
  }

  @Test
  void latentsDecodeToAPictureOfTheSameSizeAndPlace() throws IOException {
    ImagePlus input = TestImages.random("RGB", 45, 37, 5);
    input.getCalibration().pixelWidth = 0.5;
    input.setRoi(8, 8, 24, 16);
    ImagePlus latents = VERBS.showLatent(input, ChannelMapping.DISPLAY, MODEL, "float32", "cpu");
    assertEquals("Latents", latents.getTitle());
    assertArrayEquals(new int[] {3, 2, 4, 1, 1}, latents.getDimensions());
    assertEquals(32, latents.getBitDepth());
    assertEquals("0.18215", latents.getStringProperty("scalingFactor"));
    assertEquals(4, latents.getCalibration().getX(0.0));
    ImagePlus decoded = VERBS.decodeLatent(latents, MODEL, "float32", "cpu");
    assertEquals("Decoded", decoded.getTitle());
    assertArrayEquals(new int[] {24, 16, 1, 1, 1}, decoded.getDimensions());
    assertEquals(ImagePlus.COLOR_RGB, decoded.getType());
    assertEquals(4, decoded.getCalibration().getX(0.0));
    assertEquals(0.5, decoded.getCalibration().pixelWidth);
  }

  @Test
  void latentsOfAGreyImageDecodeToGreyFromAFileAndAfterMoreSteps(@TempDir Path folder)
      throws IOException {
    ImagePlus grey = TestImages.random("16-bit", 32, 24, 5);
    ImagePlus latents = VERBS.showLatent(grey, ChannelMapping.DISPLAY, MODEL, "float32", "cpu");
    ImagePlus decoded = decoded(TestImages.reopened(latents, folder));
    assertEquals(ImagePlus.GRAY8, decoded.getType());
    ImagePlus steps = change(TestImages.random("8-bit", 32, 24, 5), REQUEST, ALL).get(1);
    assertEquals(ImagePlus.GRAY8, decoded(steps).getType());
    StepRange range = new StepRange(3, -1, false);
    ImagePlus denoised =
        VERBS.denoiseLatent(steps, REQUEST, range, Stacks.NONE, Progress.NONE).get(0);
    assertEquals(ImagePlus.GRAY8, decoded(denoised).getType());
    ImagePlus colours = TestImages.random("8-bit", 32, 24, 3, 1, 1, 5);
    ImagePlus composite =
        VERBS.showLatent(colours, ChannelMapping.DISPLAY, MODEL, "float32", "cpu");
    assertEquals(ImagePlus.COLOR_RGB, decoded(composite).getType());
  }

  /** The grey is the mean of the colours that latents of unknown origin decode to. */
  @Test
  void theGreyOfLatentsIsTheMeanOfTheirColours() throws IOException {
    ImagePlus latents =
        VERBS.showLatent(
            TestImages.random("8-bit", 32, 24, 5), ChannelMapping.DISPLAY, MODEL, "float32", "cpu");
    ImagePlus grey = decoded(latents);
    latents.setProperty("Info", null);
    int[] colours = colours(decoded(latents));
    for (int i = 0; i < colours.length; i++) {
      int[] rgb = {colours[i] >> 16, colours[i] >> 8 & 255, colours[i] & 255};
      if (Arrays.stream(rgb).allMatch(value -> value > 0 && value < 255)) { // not clamped
        double mean = (rgb[0] + rgb[1] + rgb[2]) / 3.0;
        assertEquals(mean, grey.getProcessor().get(i), 1.01, "pixel " + i);
      }
    }
  }

  @Test
  void encodingAndDecodingTellWhatTheyDoAndCanBeStopped() throws IOException {
    ImagePlus grey = TestImages.random("8-bit", 32, 24, 5);
    List<String> told = new ArrayList<>();
    Progress telling = progress(told, false);
    ImagePlus latents = VERBS.verbs().showLatent(grey, ChannelMapping.DISPLAY, REQUEST, telling);
    VERBS.verbs().decodeLatent(latents, REQUEST, telling);
    assertEquals(List.of("Loading the model", "Encoding", "Loading the model", "Decoding"), told);
    Progress stopping = progress(told, true);
    assertThrows(
        CancellationException.class, () -> VERBS.verbs().decodeLatent(latents, REQUEST, stopping));
  }

  private static Progress progress(List<String> told, boolean isCanceled) {
    return new Progress() {
      @Override
      public void update(long done, long total, String message) {
        told.add(message);
      }

      @Override
      public boolean isCanceled() {
        return isCanceled;
      }
    };
  }

  private static ImagePlus decoded(ImagePlus latents) throws IOException {
    return VERBS.decodeLatent(latents, MODEL, "float32", "cpu");
  }

  @Test
  void lastFrameOfLatentsByStepDecodesToTheResult() throws IOException {
    List<ImagePlus> images =
        VERBS.textToImage(REQUEST, new Stacks(true, false, false, false), Progress.NONE);
    ImagePlus latents = images.get(1);
    latents.setPosition(1, 1, 5);
    ImagePlus decoded = VERBS.decodeLatent(latents, MODEL, "float32", "cpu");
    assertArrayEquals(colours(images.get(0)), colours(decoded));
    latents.setPosition(1, 1, 1);
    ImagePlus noise = VERBS.decodeLatent(latents, MODEL, "float32", "cpu");
    assertFalse(Arrays.equals(colours(decoded), colours(noise)));
  }

  @Test
  void cancellingStopsBetweenEvaluationsAndGivesNothing() throws IOException {
    Calls calls = new Calls(2);
    Request request = REQUEST;
    String message =
        assertThrows(
                CancellationException.class, () -> VERBS.textToImage(request, Stacks.NONE, calls))
            .getMessage();
    assertTrue(message.contains("2 of 4"), message);
    assertEquals(1, VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE).size());
  }

  @Test
  void interruptIsACancelAndTheNextRunIsAsEver() throws IOException {
    Progress interrupts =
        new Progress() {
          @Override
          public void update(long evaluations, long total, String message) {
            if (evaluations == 2) Thread.currentThread().interrupt();
          }

          @Override
          public boolean isCanceled() {
            return false;
          }
        };
    String message =
        assertThrows(
                CancellationException.class,
                () -> VERBS.textToImage(REQUEST, Stacks.NONE, interrupts))
            .getMessage();
    assertTrue(Thread.interrupted());
    assertTrue(message.contains("2 of 4"), message);
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class, () -> VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE));
    assertTrue(Thread.interrupted());
    assertEquals(1, VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE).size());
  }

  @Test
  void cancellingKeepsTheStepsThatWereFinishedAndSaysSo() throws IOException {
    List<ImagePlus> whole = VERBS.textToImage(REQUEST, ALL, Progress.NONE);
    List<ImagePlus> images = VERBS.textToImage(REQUEST, ALL, new Calls(2));
    assertEquals(
        List.of(
            "Latents by step (partial)",
            "Noise by step (partial)",
            "Predicted latents by step (partial)",
            "Images by step (partial)"),
        images.stream().map(ImagePlus::getTitle).toList());
    for (int i = 0; i < 4; i++) {
      ImagePlus part = images.get(i);
      assertEquals(2, part.getNFrames());
      assertEquals("Canceled after 2 of 4 steps.", part.getStringProperty("partial"));
      for (int slice = 1; slice <= part.getStackSize(); slice++) {
        assertTrue(
            samePixels(
                part.getStack().getPixels(slice), whole.get(i + 1).getStack().getProcessor(slice)));
      }
    }
  }

  @Test
  void noTensorIsLeftBehindByAnyVerb() throws IOException {
    NDManager manager = LOADED.get(MODEL, TestResources.MODELS, "float32", "cpu").manager();
    everyVerb();
    int before = manager.getManagedArrays().size();
    everyVerb();
    assertEquals(before, manager.getManagedArrays().size());
  }

  private static void everyVerb() throws IOException {
    ImagePlus input = TestImages.random("8-bit", 20, 20, 5);
    VERBS.textToImage(REQUEST, ALL, Progress.NONE);
    VERBS.textToImage(REQUEST, ALL, new Calls(2));
    assertThrows(CancellationException.class, () -> VERBS.textToImage(REQUEST, ALL, new Calls(0)));
    change(input, REQUEST, ALL);
    change(input, REQUEST.withStrength(0), ALL);
    ImagePlus latents = VERBS.showLatent(input, ChannelMapping.DISPLAY, MODEL, "float32", "cpu");
    VERBS.decodeLatent(latents, MODEL, "float32", "cpu");
  }

  @Test
  void howPromptsAreReadStandsInTheInfoAndDecidesThePicture() throws IOException {
    Request weighted = REQUEST.withPrompt("(green:1.9) nuclei BREAK [cell]", "").withSteps(2);
    Request plain = weighted.withPrompting(weighted.prompting().withReading(1, false));
    ImagePlus image = VERBS.textToImage(weighted, Stacks.NONE, Progress.NONE).get(0);
    ImagePlus other = VERBS.textToImage(plain, Stacks.NONE, Progress.NONE).get(0);
    assertEquals("1", image.getStringProperty("clipskip"));
    assertEquals("true", image.getStringProperty("weighting"));
    assertEquals("false", other.getStringProperty("weighting"));
    assertFalse(
        Arrays.equals(
            (int[]) image.getProcessor().getPixels(), (int[]) other.getProcessor().getPixels()));
  }

  @Test
  void macroLineHoldsWhatWasDecided() throws IOException {
    Request open = REQUEST.withSeed(-1).withHardware("auto", "auto").withSteps(1);
    ImagePlus image = VERBS.textToImage(open, Stacks.NONE, Progress.NONE).get(0);
    String line = image.getStringProperty("macro");
    assertTrue(line.contains("seed=" + image.getStringProperty("seed") + " "), line);
    for (String undecided : List.of("seed=-1", "precision=auto", "device=auto")) {
      assertFalse(line.contains(" " + undecided), line);
    }
  }

  @Test
  void theBuiltInModelMakesAPictureOfItsOwnSize() throws IOException {
    Request request = REQUEST.withModel("").withSize(0, 0).withSteps(2);
    try (LoadedModels models = new LoadedModels()) {
      List<ImagePlus> images =
          new CalledVerbs(models, () -> TestResources.MODELS)
              .textToImage(request, ALL, Progress.NONE);
      int size = models.get("", TestResources.MODELS, "float32", "cpu").nativeSize();
      assertEquals(size, images.get(0).getWidth());
      assertEquals(size, images.get(0).getHeight());
      assertArrayEquals(new int[] {size / 8, size / 8, 4, 1, 3}, images.get(1).getDimensions());
      assertEquals("built-in", images.get(0).getStringProperty("modelName"));
    }
  }

  /** Notes all progress, and cancels after some evaluations. */
  private static final class Calls implements Progress {
    private final List<Long> done = new ArrayList<>();
    private final int limit;

    private Calls(int limit) {
      this.limit = limit;
    }

    @Override
    public void update(long evaluations, long total, String message) {
      done.add(evaluations);
    }

    @Override
    public boolean isCanceled() {
      return done.contains((long) limit);
    }
  }
}
