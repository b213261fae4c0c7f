/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Repairs with the built-in repair model, whatever its weights are. */
class RepairTest {

  private static final Path NO_FOLDER = Path.of("no-such-folder");
  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> NO_FOLDER);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("repair")
          .withSteps(1)
          .withSeed(42)
          .withStrength(1)
          .withHardware("float32", "cpu");

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static ImageToImageOptions options(RegionOptions region) {
    return new ImageToImageOptions(region, ChannelMapping.DISPLAY, Slices.CURRENT);
  }

  private static ImagePlus repaired(ImagePlus image, ImageToImageOptions options)
      throws IOException {
    return VERBS.imageToImage(image, REQUEST, options, Stacks.NONE, Progress.NONE).get(0);
  }

  private static ImagePlus repaired(ImagePlus image, int context) throws IOException {
    return repaired(image, options(new RegionOptions(1, context, false)));
  }

  private static ImagePlus random(String type, Roi roi) {
    ImagePlus image = TestImages.random(type, 45, 37, 3);
    image.setRoi(roi);
    return image;
  }

  private static double[] values(ImagePlus image, int slice) {
    ImageProcessor pixels = image.getStack().getProcessor(slice);
    double[] values = new double[pixels.getPixelCount()];
    Arrays.setAll(
        values, i -> pixels.getBitDepth() == 24 ? pixels.get(i) & 0xffffff : pixels.getf(i));
    return values;
  }

  private static void assertRepaired(ImagePlus before, ImagePlus after, int slice, Roi roi) {
    double[] old = values(before, slice);
    double[] made = values(after, slice);
    int changed = 0;
    for (int i = 0; i < old.length; i++) {
      if (roi.contains(i % before.getWidth(), i / before.getWidth())) {
        changed += old[i] == made[i] ? 0 : 1;
        assertTrue(Double.isFinite(made[i]), "pixel " + i);
      } else {
        assertEquals(old[i], made[i], "pixel " + i);
      }
    }
    assertTrue(changed > 0, "nothing was repaired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8-bit", "16-bit", "32-bit", "RGB"})
  void onlyTheSelectionChangesAndImageAndInfoTellThatItWasInvented(String type) throws IOException {
    ImagePlus image = random(type, new OvalRoi(10, 8, 15, 17));
    image.setOverlay(new Overlay(new Roi(1, 2, 3, 4)));
    ImagePlus result = repaired(image, 9);
    assertRepaired(image, result, 1, image.getRoi());
    assertEquals("repair", result.getStringProperty("modelName"));
    assertEquals("10,8,15,17", result.getStringProperty("invented"));
    Overlay overlay = result.getOverlay();
    assertEquals(2, overlay.size());
    assertEquals(new Roi(1, 2, 3, 4), overlay.get(0));
    assertEquals("Repaired", overlay.get(1).getName());
    assertEquals(image.getRoi().getBounds(), overlay.get(1).getBounds());
    assertEquals(1, image.getOverlay().size(), "the input's own");
    assertNull(image.getRoi().getName());
  }

  @Test
  void theOverlayChangesNoMeasurement() throws IOException {
    ImagePlus result = repaired(random("8-bit", new OvalRoi(10, 8, 15, 17)), 9);
    double mean = result.getStatistics().mean;
    result.deleteRoi();
    double whole = result.getStatistics().mean;
    result.setHideOverlay(true);
    assertEquals(whole, result.getStatistics().mean);
    assertEquals("Repaired", result.getOverlay().get(0).getName(), "hidden, not gone");
    result.setOverlay(null);
    assertEquals(whole, result.getStatistics().mean);
    result.setRoi(new OvalRoi(10, 8, 15, 17));
    assertEquals(mean, result.getStatistics().mean);
  }

  @Test
  void anEmptyPromptRunsOneHalfAndTheInfoSaysSo() throws IOException {
    ImagePlus image = random("8-bit", new OvalRoi(10, 8, 15, 17));
    ImageToImageOptions options = options(new RegionOptions(1, 9, false));
    ImagePlus guided =
        VERBS
            .imageToImage(image, REQUEST.withGuidance(7), options, Stacks.NONE, Progress.NONE)
            .get(0);
    ImagePlus single =
        VERBS
            .imageToImage(image, REQUEST.withGuidance(1), options, Stacks.NONE, Progress.NONE)
            .get(0);
    assertEquals("1", guided.getStringProperty("guidance"));
    assertArrayEquals(values(single, 1), values(guided, 1));
  }

  @Test
  void otherModelsKeepTheirGuidanceWithoutWords() throws IOException {
    Request request = REQUEST.withGuidance(7);
    assertEquals(
        1, request.withGuidanceFor(Model.find("repair", null).words()).guidance().largest());
    assertEquals(7, request.withGuidanceFor(Model.find("", null).words()).guidance().largest());
    assertEquals(7, request.withGuidanceFor(Optional.empty()).guidance().largest());
    Request words = request.withPrompt("nuclei", "");
    assertEquals(7, words.withGuidanceFor(Model.find("repair", null).words()).guidance().largest());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "0, 0, 3, 2", "40, 30, 5, 7", "0, 10, 45, 4", "2, 0, 43, 37"})
  void tinySelectionsAndThoseAtTheBorderAreRepaired(int x, int y, int width, int height)
      throws IOException {
    ImagePlus image = random("8-bit", new Roi(x, y, width, height));
    assertRepaired(image, repaired(image, 5), 1, image.getRoi());
  }

  @Test
  void aPixelOfATinyImageIsRepaired() throws IOException {
    ImagePlus image = TestImages.random("32-bit", 3, 3, 3);
    image.setRoi(1, 1, 1, 1);
    assertRepaired(image, repaired(image, 1), 1, image.getRoi());
  }

  @Test
  void aRegionIsRepairedInTheModelsSize() throws IOException {
    ImagePlus image = random("16-bit", new OvalRoi(10, 8, 15, 17));
    ImagePlus result = repaired(image, options(new RegionOptions(2, 9, true)));
    assertRepaired(image, result, 1, image.getRoi());
    assertEquals("124,128", result.getStringProperty("padded"));
  }

  @Test
  void pixelsThatAreNotFiniteAreHiddenFromTheModel() throws IOException {
    ImagePlus nan = random("32-bit", new OvalRoi(10, 8, 15, 17));
    ImagePlus infinite = random("32-bit", new OvalRoi(10, 8, 15, 17));
    nan.getProcessor().setf(12, 27, Float.NaN);
    nan.getProcessor().setf(15, 12, Float.NaN);
    infinite.getProcessor().setf(12, 27, Float.POSITIVE_INFINITY);
    ImagePlus result = repaired(nan, 9);
    ImagePlus other = repaired(infinite, 9);
    for (int i = 0; i < 45 * 37; i++) {
      if (nan.getRoi().contains(i % 45, i / 45)) {
        float made = result.getProcessor().getf(i);
        assertTrue(Float.isFinite(made));
        assertEquals(other.getProcessor().getf(i), made, i == 12 * 45 + 15 ? 1e9f : 0);
      }
    }
    assertTrue(Float.isNaN(result.getProcessor().getf(12, 27)), "outside of the selection");
  }

  @Test
  void saturatedSurroundingsAreContinued() throws IOException {
    ImagePlus image = random("8-bit", new OvalRoi(10, 8, 15, 17));
    image.getProcessor().multiply(3);
    assertRepaired(image, repaired(image, 9), 1, image.getRoi());
  }

  @ParameterizedTest
  @ValueSource(strings = {"8-bit", "32-bit", "RGB"})
  void nothingOfWhatIsSelectedReturns(String type) throws IOException {
    ImagePlus image = random(type, new OvalRoi(10, 8, 15, 17));
    ImagePlus other = random(type, new OvalRoi(10, 8, 15, 17));
    other.getProcessor().setValue(1);
    other.getProcessor().fill(new OvalRoi(11, 9, 13, 15));
    for (ImagePlus one : List.of(image, other)) {
      if (!type.equals("RGB")) one.setDisplayRange(0, 200);
    }
    ImageToImageOptions options = options(new RegionOptions(0, 9, false, 0, true));
    assertArrayEquals(values(repaired(image, options), 1), values(repaired(other, options), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "8-bit, false",
    "8-bit, true",
    "16-bit, true",
    "32-bit, false",
    "32-bit, true",
    "RGB, true"
  })
  void ofAConstantImageTheRepairHasTheSameValue(String type, boolean fitted) throws IOException {
    ImagePlus image = TestImages.black(type, 45, 37);
    image.getProcessor().add(77);
    image.getProcessor().setMinAndMax(0, 200);
    image.setRoi(new OvalRoi(10, 8, 15, 17));
    double constant = values(image, 1)[0];
    image.getProcessor().setValue(5);
    image.getProcessor().fill(new OvalRoi(13, 11, 8, 8));
    RegionOptions region = new RegionOptions(0, 9, false, fitted ? 1 : 0, fitted);
    ImagePlus result = repaired(image, options(region));
    for (double value : values(result, 1)) assertEquals(constant, value, 1e-4);
  }

  @Test
  void oneChannelOfACompositeIsRepairedAndMarked() throws IOException {
    ImagePlus image = TestImages.random("8-bit", 45, 37, 3, 2, 1, 3);
    image.setPosition(1, 2, 1);
    image.setRoi(new OvalRoi(10, 8, 15, 17));
    ImagePlus result =
        repaired(
            image,
            new ImageToImageOptions(
                new RegionOptions(0, 9, false),
                new ChannelMapping("2", "display", 0, 255),
                Slices.CURRENT));
    for (int slice = 1; slice <= image.getStackSize(); slice++) {
      if (slice == 5) assertRepaired(image, result, slice, image.getRoi());
      else assertArrayEquals(values(image, slice), values(result, slice));
    }
    Roi marked = result.getOverlay().get(0);
    assertEquals(
        List.of(2, 2, 1),
        List.of(marked.getCPosition(), marked.getZPosition(), marked.getTPosition()));
  }

  @Test
  void allSlicesOfAStackAreRepairedAndEachIsMarked() throws IOException {
    ImagePlus image = TestImages.random("8-bit", 45, 37, 1, 3, 1, 3);
    image.setRoi(new OvalRoi(10, 8, 15, 17));
    ImagePlus result =
        repaired(
            image,
            new ImageToImageOptions(
                new RegionOptions(0, 9, false), ChannelMapping.DISPLAY, new Slices("all", "same")));
    for (int slice = 1; slice <= 3; slice++) {
      assertRepaired(image, result, slice, image.getRoi());
      Roi marked = result.getOverlay().get(slice - 1);
      int position = image.isHyperStack() ? marked.getZPosition() : marked.getPosition();
      assertEquals(slice, position);
    }
  }

  @Test
  void withoutAStepNothingIsInvented() throws IOException {
    ImagePlus image = random("8-bit", new OvalRoi(10, 8, 15, 17));
    ImagePlus same =
        VERBS
            .imageToImage(
                image,
                REQUEST.withStrength(0),
                options(new RegionOptions(1, 9, false)),
                Stacks.NONE,
                Progress.NONE)
            .get(0);
    assertNull(same.getOverlay());
    assertNull(same.getStringProperty("invented"));
  }

  @Test
  void aStrengthThatKeepsAPartOfTheSelectionIsNoted() throws IOException {
    ImagePlus image = random("8-bit", new OvalRoi(10, 8, 15, 17));
    assertEquals(List.of(), Repair.notes(REQUEST));
    assertEquals(List.of(), Repair.notes(REQUEST.withModel("").withStrength(0.5)));
    ImagePlus half =
        VERBS
            .imageToImage(
                image,
                REQUEST.withSteps(2).withStrength(0.5),
                options(new RegionOptions(1, 9, false)),
                Stacks.NONE,
                Progress.NONE)
            .get(0);
    assertEquals(
        "Strength 0.5 keeps a part of what the selection shows. A repair replaces it with strength"
            + " 1.",
        half.getStringProperty("warning1"));
  }

  @Test
  void textToImageMakesAPicture() throws IOException {
    ImagePlus picture =
        VERBS.textToImage(REQUEST.withSize(36, 20), Stacks.NONE, Progress.NONE).get(0);
    assertEquals(36, picture.getWidth());
    assertEquals(20, picture.getHeight());
    assertEquals("repair", picture.getStringProperty("modelName"));
    assertNull(picture.getOverlay());
  }

  @Test
  void otherModelsMarkNothing() throws IOException {
    ImagePlus image = random("8-bit", new OvalRoi(10, 8, 15, 17));
    ImagePlus result =
        VERBS
            .imageToImage(
                image,
                REQUEST.withModel(""),
                options(new RegionOptions(1, 9, false)),
                Stacks.NONE,
                Progress.NONE)
            .get(0);
    assertNull(result.getOverlay());
    assertNull(result.getStringProperty("invented"));
  }

  private static String refusal(ImagePlus image, int context) {
    try (LoadedModels none = new LoadedModels()) {
      CalledVerbs verbs = new CalledVerbs(none, () -> NO_FOLDER);
      ImageToImageOptions options = options(new RegionOptions(0, context, false));
      return assertThrows(
              IllegalArgumentException.class,
              () -> verbs.imageToImage(image, REQUEST, options, Stacks.NONE, Progress.NONE))
          .getMessage();
    }
  }

  @Test
  void aSelectionWithoutSurroundingsIsRefused() {
    ImagePlus image = random("8-bit", new Roi(0, 0, 45, 37));
    String all = refusal(image, 9);
    assertTrue(all.contains("the selection covers all of \"random\": nothing is around it."), all);
    assertTrue(all.endsWith("Select the part to repair, or choose another model (model=)."), all);
    image.deleteRoi();
    String none = refusal(image, 9);
    assertTrue(none.contains("nothing is selected in \"random\""), none);
    image.setRoi(5, 5, 10, 10);
    String unseen = refusal(image, 0);
    assertTrue(unseen.contains("context is 0"), unseen);
    assertTrue(unseen.endsWith("Give context (context=32)."), unseen);
  }

  @Test
  void surroundingsWithoutAFiniteValueAreRefused() {
    ImagePlus image = TestImages.random("32-bit", 45, 37, 3);
    image.setDisplayRange(0, 3);
    for (int i = 0; i < 45 * 37; i++) image.getProcessor().setf(i, Float.NaN);
    image.getProcessor().setf(12, 12, 1);
    image.setRoi(10, 10, 5, 5);
    String refused = refusal(image, 9);
    assertTrue(refused.contains("but no value around it is a finite number."), refused);
    assertTrue(refused.endsWith("Select less, or give more context."), refused);
  }

  @Test
  void pointsAndLinesAreRefused() {
    String point = refusal(random("8-bit", new PointRoi(3, 3)), 9);
    assertTrue(point.startsWith("The selection must be an area"), point);
    String line = refusal(random("8-bit", new Line(3, 3, 9, 9)), 9);
    assertTrue(line.contains("Line to Area"), line);
  }

  @Test
  void theModelIsSmallAndHasFactorFourAndNineChannels() throws IOException {
    Model model = Model.find("repair", null);
    assertEquals(Optional.of(BuiltIn.REPAIR), model.builtIn());
    long bytes = 0;
    for (String component : List.of("unet", "vae", "text_encoder")) bytes += model.bytes(component);
    assertTrue(bytes > 1_000_000 && bytes <= 12_000_000, bytes + " bytes");
    var loaded = LOADED.get("repair", NO_FOLDER, "float32", "cpu");
    assertEquals(4, loaded.factor());
    assertEquals(128, loaded.nativeSize());
    assertTrue(loaded.inpaints());
  }
}
