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
import ij.measure.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.ImageToImageOptions.Shown;
import sc.fiji.latentdiffusion.images.areas.AreaOptions;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.ResultType;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Images that tiny models see which look at an image beside their latents. */
class SeeingImagesTest {

  @TempDir private static Path models;

  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> models);
  private static final List<String> KINDS =
      List.of("pix2pix", "depth", "upscaler", "marigold", "stained");

  @BeforeAll
  static void copy() throws IOException {
    for (String kind : KINDS) {
      ModelCopies.into(
          models.resolve(kind), TestResources.MICRO, TestResources.golden("seeing/" + kind));
    }
    ModelCopies.into(models.resolve("normals"), models.resolve("marigold"));
    Path index = models.resolve("normals/model_index.json");
    Files.writeString(index, Files.readString(index).replace("MarigoldDepth", "MarigoldNormals"));
  }

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private static Request request(String model) {
    boolean isWordless = model.equals("marigold") || model.equals("normals");
    return Request.defaults()
        .withModel(model)
        .withSteps(2)
        .withStrength(1)
        .withSeed(42)
        .withScheduler("ddim")
        .withHardware("float32", "cpu")
        .withPrompt(isWordless ? "" : "a cell", "");
  }

  private static ImageToImageOptions options(RegionOptions region, String slices, Shown shown) {
    return new ImageToImageOptions(
        region, ChannelMapping.DISPLAY, new Slices(slices, "same"), AreaOptions.PLAIN, shown);
  }

  private static List<ImagePlus> run(ImagePlus image, Request request, ImageToImageOptions options)
      throws IOException {
    return VERBS.imageToImage(image, request, options, Stacks.NONE, Progress.NONE);
  }

  private static ImagePlus made(ImagePlus image, String model) throws IOException {
    return run(image, request(model), ImageToImageOptions.PLAIN).get(0);
  }

  private static void refused(Executable call, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void anUpscaledImageIsLargerAndItsPixelsAreSmaller() throws IOException {
    ImagePlus image = TestImages.random("8-bit", 15, 11, 1);
    Calibration calibration = image.getCalibration();
    calibration.pixelWidth = 0.5;
    calibration.setUnit("nm");
    image.setRoi(3, 2, 8, 6);
    RegionOptions context = new RegionOptions(0, 4, false);
    ImagePlus made =
        run(image, request("upscaler"), options(context, "current", Shown.USUAL)).get(0);
    assertEquals("Image to Image", made.getTitle());
    assertEquals("16 12", made.getWidth() + " " + made.getHeight());
    assertEquals(0.25, made.getCalibration().pixelWidth);
    assertEquals("nm", made.getCalibration().getUnit());
    assertEquals(-6, made.getCalibration().xOrigin, 1e-9);
    assertTrue(made.getInfoProperty().contains("noiselevel=20"), made.getInfoProperty());
    Request noisy = request("upscaler");
    ImagePlus other = run(image, noisy, options(context, "current", new Shown(200, ""))).get(0);
    assertFalse(Arrays.equals((int[]) made.getProcessor().getPixels(), pixels(other)));
  }

  private static int[] pixels(ImagePlus rgb) {
    return (int[]) rgb.getProcessor().getPixels();
  }

  @Test
  void stacksOfAnUpscalerHaveTheSizesOfTheirResult() throws IOException {
    Stacks all = new Stacks(true, true, true, true);
    ImagePlus image = TestImages.random("RGB", 13, 10, 2);
    List<ImagePlus> made =
        VERBS.imageToImage(
            image, request("upscaler"), ImageToImageOptions.PLAIN, all, Progress.NONE);
    assertEquals(
        List.of("26x20", "13x10", "13x10", "13x10", "26x20"),
        made.stream().map(imp -> imp.getWidth() + "x" + imp.getHeight()).toList());
    assertEquals(1, made.get(1).getCalibration().pixelWidth);
    assertEquals(0.5, made.get(4).getCalibration().pixelWidth);
  }

  @Test
  void depthIs32BitFrom0To1AndNormalsHaveLength1() throws IOException {
    ImagePlus image = TestImages.random("RGB", 16, 12, 3);
    ImagePlus depth = made(image, "marigold");
    assertEquals("32 1", depth.getBitDepth() + " " + depth.getNChannels());
    float[] values = (float[]) depth.getProcessor().getPixels();
    for (float value : values) assertTrue(value >= 0 && value <= 1, () -> "depth " + value);
    assertEquals(1, depth.getDisplayRangeMax());
    ImagePlus normals = made(image, "normals");
    assertEquals("32 3", normals.getBitDepth() + " " + normals.getNChannels());
    for (int i = 0; i < values.length; i++) {
      double square = 0;
      for (int c = 1; c <= 3; c++) {
        square += Math.pow(normals.getStack().getProcessor(c).getf(i), 2);
      }
      assertEquals(1, square, 1e-5);
    }
  }

  @Test
  void allSlicesOfAStackMakeAStack() throws IOException {
    ImagePlus image = TestImages.random("8-bit", 10, 8, 1, 3, 2, 5);
    ImagePlus made =
        run(image, request("marigold"), options(RegionOptions.SHARP, "all", Shown.USUAL)).get(0);
    assertEquals("1 3 2", made.getNChannels() + " " + made.getNSlices() + " " + made.getNFrames());
    assertEquals("10 8", made.getWidth() + " " + made.getHeight());
  }

  @Test
  void aStainedImageHasTheModelsChannelsAndNoOther() throws IOException {
    ImagePlus grey = made(TestImages.random("16-bit", 16, 12, 4), "stained");
    assertEquals("RGB", type(grey));
    ImagePlus rgb = TestImages.random("RGB", 20, 16, 4);
    rgb.setRoi(4, 4, 8, 8);
    ImagePlus stained = made(rgb, "stained");
    assertEquals("20 16", stained.getWidth() + " " + stained.getHeight());
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 20; x++) {
        if (rgb.getRoi().contains(x, y)) continue;
        assertEquals(rgb.getProcessor().get(x, y), stained.getProcessor().get(x, y));
      }
    }
  }

  private static String type(ImagePlus image) {
    return image.getType() == ImagePlus.COLOR_RGB ? "RGB" : image.getBitDepth() + "-bit";
  }

  @Test
  void aDepthImageIsSeenByItsValuesWhateverTheirRange() throws IOException {
    ImagePlus image = TestImages.random("8-bit", 16, 12, 6);
    ImagePlus depth = TestImages.random("32-bit", 16, 12, 7);
    depth.setTitle("far.tif");
    ImagePlus larger = depth.duplicate();
    larger.getProcessor().multiply(1000);
    larger.setTitle("farther.tif");
    Path one = TestImages.saved(depth, models);
    Path two = TestImages.saved(larger, models);
    byte[] near = depthRun(image, one.toString());
    assertArrayEquals(near, depthRun(image, two.toString()));
    assertFalse(Arrays.equals(near, depthRun(image, "")));
    refused(() -> depthRun(image, "no such image"), "no such image", "title");
  }

  private static byte[] depthRun(ImagePlus image, String depth) throws IOException {
    ImageToImageOptions shown = options(RegionOptions.SHARP, "current", new Shown(20, depth));
    ImagePlus made = run(image, request("depth").withStrength(0.8), shown).get(0);
    return (byte[]) made.getProcessor().getPixels();
  }

  @Test
  void aSelectionOfAnEditedImageKeepsItsSurroundings() throws IOException {
    ImagePlus image = TestImages.random("16-bit", 21, 17, 8);
    image.setRoi(5, 3, 9, 8);
    RegionOptions region = new RegionOptions(2, 4, false);
    ImagePlus made = run(image, request("pix2pix"), options(region, "current", Shown.USUAL)).get(0);
    assertEquals("16-bit", type(made));
    assertEquals(image.getProcessor().get(4, 3), made.getProcessor().get(4, 3));
    assertFalse(
        Arrays.equals(
            (short[]) image.getProcessor().getPixels(), (short[]) made.getProcessor().getPixels()));
    ImagePlus real =
        VERBS
            .withType(ResultType.FLOAT)
            .imageToImage(
                image,
                request("pix2pix"),
                options(region, "current", Shown.USUAL),
                Stacks.NONE,
                Progress.NONE)
            .get(0);
    assertEquals(32, real.getBitDepth());
  }

  @Test
  void keysOfAResultThatLiesInTheImageAreRefusedForANewOne() {
    ImagePlus image = TestImages.random("8-bit", 16, 12, 9);
    image.setRoi(2, 2, 8, 8);
    refused(() -> run(image, request("marigold").withStrength(0), plain()), "strength", "above 0");
    RegionOptions soft = new RegionOptions(3, 0, false);
    refused(
        () -> run(image, request("marigold"), options(soft, "current", Shown.USUAL)),
        "feather must be 0, but is 3");
    refused(
        () ->
            run(
                image,
                request("pix2pix"),
                options(RegionOptions.SHARP, "current", new Shown(20, "x"))),
        "depth must be empty");
  }

  private static ImageToImageOptions plain() {
    return ImageToImageOptions.PLAIN;
  }

  @Test
  void aRegionThatBecomesTooLargeIsRefusedWithTheLargest() {
    ImagePlus image = TestImages.black("8-bit", 4100, 8);
    refused(() -> run(image, request("upscaler"), plain()), "at most 4096 pixels", "2 times");
  }

  @Test
  void estimatesKnowTheSizeAndTheStepsOfTheRun() throws IOException {
    ImagePlus image = TestImages.random("8-bit", 16, 12, 10);
    Estimates estimates = new Estimates(LOADED, () -> models);
    made(image, "upscaler");
    double whole = estimates.imageToImage(image, request("upscaler"), plain()).seconds();
    double half =
        estimates.imageToImage(image, request("upscaler").withStrength(0.5), plain()).seconds();
    assertEquals(whole, half, 1e-9);
    assertTrue(whole > 0);
  }
}
