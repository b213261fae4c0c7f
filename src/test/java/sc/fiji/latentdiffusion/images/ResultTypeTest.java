/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.OvalRoi;
import ij.measure.Calibration;
import ij.plugin.CompositeConverter;
import ij.plugin.Converter;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.LatentImages;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;

/** Results of 32 bit, and the loss of others. */
class ResultTypeTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs AUTO = new CalledVerbs(LOADED, () -> TestResources.MODELS);
  private static final CalledVerbs FLOAT = AUTO.withType(ResultType.FLOAT);
  private static final Stacks DECODED = new Stacks(true, false, false, true);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSteps(4)
          .withSeed(42)
          .withStrength(0.75)
          .withHardware("float32", "cpu");

  @AfterEach
  void forget() {
    TestImages.closeAll();
  }

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImagePlus edit(CalledVerbs verbs, ImagePlus imp, Request request)
      throws IOException {
    return verbs.imageToImage(imp, request, options("current"), Stacks.NONE, Progress.NONE).get(0);
  }

  private static ImageToImageOptions options(String slices) {
    return new ImageToImageOptions(
        new RegionOptions(3, 8, false),
        new ChannelMapping("", "display", 0, 255),
        new Slices(slices, "same"));
  }

  /** Converts by ImageJ's own commands. */
  private static ImagePlus converted(ImagePlus imp) {
    ImagePlus copy = imp.duplicate();
    if (copy.getType() == ImagePlus.COLOR_RGB) copy = CompositeConverter.makeComposite(copy);
    WindowManager.setTempCurrentImage(copy);
    new Converter().run("32-bit");
    WindowManager.setTempCurrentImage(null);
    return copy;
  }

  private static float[] pixels(ImagePlus imp, int slice) {
    return (float[]) imp.getStack().getProcessor(slice).convertToFloatProcessor().getPixels();
  }

  private static void assertSameImage(ImagePlus expected, ImagePlus found) {
    assertEquals(32, found.getBitDepth());
    assertArrayEquals(expected.getDimensions(), found.getDimensions());
    for (int i = 1; i <= expected.getStackSize(); i++) {
      assertArrayEquals(pixels(expected, i), pixels(found, i), "slice " + i);
    }
    assertEquals(expected.isComposite(), found.isComposite());
    assertEquals(expected.getDisplayRangeMin(), found.getDisplayRangeMin(), 1e-6);
    assertEquals(expected.getDisplayRangeMax(), found.getDisplayRangeMax(), 1e-6);
    assertEquals(expected.getCalibration().getValueUnit(), found.getCalibration().getValueUnit());
  }

  /** ImageJ takes the least and largest value of a 32-bit channel for its display range. */
  @Test
  void anRgbImageOfFewValuesIsSeenAlikeWhateverTheTypeOfTheResult() throws IOException {
    ImagePlus imp = TestImages.random("RGB", 45, 37, 5);
    for (int i = 0; i < 45 * 37; i++) {
      imp.getProcessor().set(i, 0x202020 + (imp.getProcessor().get(i) & 0x7f7f7f));
    }
    imp.setRoi(10, 10, 12, 9);
    ImagePlus rgb = edit(AUTO, imp, REQUEST);
    ImagePlus real = edit(FLOAT, imp, REQUEST);
    for (int i = 0; i < 45 * 37; i++) {
      for (int c = 0; c < 3; c++) {
        int rounded = rgb.getProcessor().get(i) >> 16 - 8 * c & 255;
        float value = real.getStack().getProcessor(c + 1).getf(i);
        assertEquals(rounded, Math.min(255, Math.max(0, value)), 1, "channel " + (c + 1));
      }
    }
  }

  @Test
  void eachSliceIsPredictedInTheRangeOfItsOwnSurroundings() throws IOException {
    ImagePlus imp = TestImages.random("16-bit", 45, 37, 1, 2, 1, 3);
    for (int i = 0; i < 45 * 37; i++) {
      int value = imp.getStack().getProcessor(1).get(i) / 100;
      imp.getStack().getProcessor(1).set(i, value);
      imp.getStack().getProcessor(2).set(i, value + 2000);
    }
    imp.setRoi(10, 10, 12, 9);
    ImageToImageOptions around =
        new ImageToImageOptions(
            new RegionOptions(3, 8, false),
            new ChannelMapping("", ChannelMapping.AROUND, 0, 255),
            new Slices("all", "same"));
    var results = FLOAT.imageToImage(imp, REQUEST, around, DECODED, Progress.NONE);
    for (ImagePlus result : List.of(results.get(0), results.get(2))) {
      int slices = result.getStackSize();
      for (int i = 0; i < slices; i += 2) {
        float[] first = pixels(result, i + 1);
        float[] second = pixels(result, i + 2);
        for (int k = 0; k < first.length; k++) {
          assertEquals(first[k] + 2000, second[k], 0.01f, result.getTitle());
        }
      }
    }
  }

  /** ImageJ stores signed values plus 32768 and shows them by a calibration function. */
  @Test
  void aRangeGivenForASignedImageIsOfTheValuesShownInAndOut() throws IOException {
    ImagePlus imp = TestImages.random("16-bit", 45, 37, 3);
    ImageProcessor stored = imp.getProcessor();
    for (int i = 0; i < 45 * 37; i++) stored.set(i, 32768 + stored.get(i) % 1001);
    imp.getCalibration().setSigned16BitCalibration();
    imp.setDisplayRange(32768, 33768);
    ImageToImageOptions given =
        new ImageToImageOptions(
            new RegionOptions(3, 8, false),
            new ChannelMapping("", "given", 0, 1000),
            new Slices("current", "same"));
    ImagePlus result = AUTO.imageToImage(imp, REQUEST, given, Stacks.NONE, Progress.NONE).get(0);
    assertArrayEquals(pixels(edit(AUTO, imp, REQUEST), 1), pixels(result, 1));
    assertEquals("0", result.getStringProperty("minimum"));
    assertEquals("1000", result.getStringProperty("maximum"));
    for (int i = 0; i < 45 * 37; i++) {
      double shown = result.getCalibration().getCValue(result.getProcessor().get(i));
      assertEquals(500, shown, 700);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8-bit", "16-bit", "32-bit", "RGB"})
  void whereNothingChangesACopyIsImageJsConversion(String type) throws IOException {
    ImagePlus single = TestImages.random(type, 45, 37, 3);
    ImagePlus stack = TestImages.random(type, 24, 16, 1, 2, 1, 3);
    for (ImagePlus imp : List.of(single, stack)) {
      assertSameImage(converted(imp), edit(FLOAT, imp, REQUEST.withStrength(0)));
    }
    if (type.equals("RGB")) return;
    ImagePlus channels =
        new CompositeImage(TestImages.random(type, 24, 16, 2, 2, 1, 3), CompositeImage.COLOR);
    channels.setPosition(2, 1, 1);
    ImagePlus copy = edit(FLOAT, channels, REQUEST.withStrength(0));
    assertSameImage(converted(channels), copy);
    assertEquals(CompositeImage.COLOR, ((CompositeImage) copy).getMode());
    assertEquals(2, copy.getC());
  }

  @ParameterizedTest
  @ValueSource(ints = {Calibration.STRAIGHT_LINE, Calibration.LOG, Calibration.UNCALIBRATED_OD})
  void valuesAreCalibratedAsImageJCalibratesThem(int function) throws IOException {
    ImagePlus imp = TestImages.random("8-bit", 45, 37, 3);
    double[] coefficients = {-5, 0.5};
    imp.getCalibration().setFunction(function, coefficients, "OD");
    ImagePlus copy = edit(FLOAT, imp, REQUEST.withStrength(0));
    assertSameImage(converted(imp), copy);
    imp.setRoi(new OvalRoi(9, 6, 23, 21));
    ImagePlus result = edit(FLOAT, imp, REQUEST);
    ImagePlus rounded = edit(AUTO, imp, REQUEST);
    Calibration calibration = imp.getCalibration();
    for (int i = 0; i < 45 * 37; i++) {
      int stored = rounded.getProcessor().get(i);
      double least = calibration.getCValue(Math.max(0, stored - 1));
      double most = calibration.getCValue(Math.min(255, stored + 1));
      float value = result.getProcessor().getf(i);
      boolean isEnd = stored == 0 || stored == 255;
      boolean isNear = value >= Math.min(least, most) && value <= Math.max(least, most);
      assertTrue(isEnd || isNear, value + " is not near " + calibration.getCValue(stored));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8-bit", "16-bit", "RGB"})
  void roundingIsTheOnlyLossOfOtherTypes(String type) throws IOException {
    ImagePlus imp = TestImages.random(type, 45, 37, 3);
    double least = type.equals("16-bit") ? -2000 : -150; // which the type does not hold
    ChannelMapping mapping =
        type.equals("RGB")
            ? ChannelMapping.DISPLAY
            : new ChannelMapping("", "given", least, -2 * least);
    ImageToImageOptions options =
        new ImageToImageOptions(RegionOptions.SHARP, mapping, Slices.CURRENT);
    ImagePlus rounded = AUTO.imageToImage(imp, REQUEST, options, Stacks.NONE, Progress.NONE).get(0);
    ImagePlus exact = FLOAT.imageToImage(imp, REQUEST, options, Stacks.NONE, Progress.NONE).get(0);
    assertEquals(type, rounded.getStringProperty("rounded"));
    assertNull(exact.getStringProperty("rounded"));
    int clamped = 0;
    int channels = exact.getNChannels();
    assertEquals(type.equals("RGB") ? 3 : 1, channels);
    double most = type.equals("16-bit") ? 65535 : 255;
    for (int c = 1; c <= channels; c++) {
      ImageProcessor stored =
          channels == 1 ? rounded.getProcessor() : rounded.getProcessor().toFloat(c - 1, null);
      float[] values = pixels(exact, c);
      for (int i = 0; i < values.length; i++) {
        double nearest = Math.rint(values[i]);
        if (nearest < 0 || nearest > most) clamped++;
        double kept = Math.min(most, Math.max(0, values[i]));
        assertEquals(kept, stored.getf(i), 0.5 + 1e-3, "channel " + c + ", pixel " + i);
      }
    }
    assertEquals(clamped, (int) rounded.getNumericProperty("clamped"));
    assertTrue(clamped > 0, "no value was clamped");
  }

  @Test
  void aPictureFromWordsHasTheValuesOfTheTensor() throws IOException {
    Request request = REQUEST.withSize(48, 32);
    List<ImagePlus> images = FLOAT.textToImage(request, DECODED, Progress.NONE);
    ImagePlus picture = images.get(0);
    ImagePlus latents = images.get(1);
    latents.setPosition(1, 1, latents.getNFrames());
    assertColours(picture, decoded(latents));
    ImagePlus steps = images.get(2);
    assertEquals("Images by step", steps.getTitle());
    assertArrayEquals(new int[] {48, 32, 3, 1, 4}, steps.getDimensions());
    assertEquals(255, steps.getDisplayRangeMax());
    assertColours(FLOAT.decodeLatent(latents, "sd1", "float32", "cpu"), decoded(latents));
    ImagePlus rounded = AUTO.textToImage(request, Stacks.NONE, Progress.NONE).get(0);
    assertEquals("RGB", rounded.getStringProperty("rounded"));
  }

  /** Decodes a latent image with the model alone: [1, 3, h, w]. */
  private static float[] decoded(ImagePlus latents) throws IOException {
    LatentDiffusion model = LOADED.get("sd1", TestResources.MODELS, "float32", "cpu");
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray tensor = LatentImages.tensor(latents, 4, manager);
      return model.decode(tensor, manager).toFloatArray();
    }
  }

  private static void assertColours(ImagePlus picture, float[] tensor) {
    assertEquals(3, picture.getNChannels());
    assertEquals(CompositeImage.COMPOSITE, ((CompositeImage) picture).getMode());
    int size = picture.getWidth() * picture.getHeight();
    assertEquals(3 * size, tensor.length);
    for (int c = 0; c < 3; c++) {
      picture.setC(c + 1);
      assertEquals(0, picture.getDisplayRangeMin());
      assertEquals(255, picture.getDisplayRangeMax());
      float[] values = pixels(picture, c + 1);
      for (int i = 0; i < size; i++) {
        assertEquals(255 * (tensor[c * size + i] / 2 + 0.5), values[i], 1e-4);
      }
    }
  }

  @Test
  void latentsOfAGreyImageDecodeToItsValues() throws IOException {
    ImagePlus imp = TestImages.random("16-bit", 48, 32, 3);
    imp.setDisplayRange(300, 3000);
    ImagePlus latents = AUTO.showLatent(imp, ChannelMapping.DISPLAY, "sd1", "float32", "cpu");
    ImagePlus decoded = FLOAT.decodeLatent(latents, "sd1", "float32", "cpu");
    assertGrey(decoded, decoded(latents));
    assertNull(decoded.getStringProperty("rounded"));
    ImagePlus rounded = AUTO.decodeLatent(latents, "sd1", "float32", "cpu");
    assertEquals("8-bit", rounded.getStringProperty("rounded"));
    List<ImagePlus> denoised =
        FLOAT.denoiseLatent(latents, REQUEST, new StepRange(2, -1, true), DECODED, Progress.NONE);
    ImagePlus last = denoised.get(1);
    last.setPosition(1, 1, last.getNFrames());
    assertArrayEquals(new int[] {48, 32, 1, 1, 2}, denoised.get(2).getDimensions());
    assertEquals(3000, denoised.get(2).getDisplayRangeMax());
    assertEquals("Denoised picture", denoised.get(3).getTitle());
    assertGrey(denoised.get(3), decoded(last));
  }

  private static void assertGrey(ImagePlus picture, float[] tensor) {
    assertEquals(ImagePlus.GRAY32, picture.getType());
    assertEquals(1, picture.getStackSize());
    assertEquals(300, picture.getDisplayRangeMin());
    assertEquals(3000, picture.getDisplayRangeMax());
    int size = picture.getWidth() * picture.getHeight();
    for (int i = 0; i < size; i++) {
      double mean = ((double) tensor[i] + tensor[size + i] + tensor[2 * size + i]) / 3;
      assertEquals(300 + (mean / 2 + 0.5) * 2700, picture.getProcessor().getf(i), 1e-3);
    }
  }

  @Test
  void imagesByStepHaveTheResultsChannelsAndValues() throws IOException {
    ImagePlus imp =
        new CompositeImage(
            TestImages.random("8-bit", 48, 32, 4, 2, 1, 3), CompositeImage.COMPOSITE);
    List<ImagePlus> images =
        FLOAT.imageToImage(imp, REQUEST, options("all"), DECODED, Progress.NONE);
    ImagePlus steps = images.get(2);
    assertArrayEquals(new int[] {48, 32, 4, 2, 3}, steps.getDimensions());
    for (int z = 1; z <= 2; z++) {
      int last = steps.getStackIndex(1, z, 3);
      assertTrue(steps.getStack().getSliceLabel(last).startsWith("slice " + z), "slice " + z);
      for (int c = 1; c <= 3; c++) {
        float[] result = pixels(images.get(0), images.get(0).getStackIndex(c, z, 1));
        float[] predicted = pixels(steps, steps.getStackIndex(c, z, 3));
        // The last prediction of this scheduler is the result.
        assertArrayEquals(result, predicted, 0.05f, "slice " + z + ", channel " + c);
      }
      assertArrayEquals(
          pixels(imp, imp.getStackIndex(4, z, 1)), pixels(steps, steps.getStackIndex(4, z, 1)));
    }
    steps.setC(2);
    assertEquals(imp.getLuts()[1].max, steps.getDisplayRangeMax());
  }

  @Test
  void anUnknownTypeIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ResultType.of("16-bit")).getMessage();
    assertEquals("type must be one of [auto, 32-bit], but is 16-bit.", message);
  }

  @Test
  void labelsOfSeedsStandOnEveryChannelOfRgb() throws IOException {
    ImagePlus imp = TestImages.random("RGB", 24, 16, 1, 2, 1, 3);
    ImageToImageOptions consecutive =
        new ImageToImageOptions(
            RegionOptions.SHARP, ChannelMapping.DISPLAY, new Slices("all", "consecutive"));
    ImagePlus result =
        FLOAT.imageToImage(imp, REQUEST, consecutive, Stacks.NONE, Progress.NONE).get(0);
    assertArrayEquals(new int[] {24, 16, 3, 2, 1}, result.getDimensions());
    for (int c = 1; c <= 3; c++) {
      assertEquals("seed 43", result.getStack().getSliceLabel(result.getStackIndex(c, 2, 1)));
    }
  }
}
