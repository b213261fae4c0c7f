/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.pixels.ChannelMapping;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Slices;
import sc.fiji.latentdiffusion.images.results.Preview;
import sc.fiji.latentdiffusion.images.results.PreviewKind;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.views.Tiling;

/** Images in tiles, with the tiny model sd1. */
class TiledImagesTest {

  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> TestResources.MODELS);

  private static final Request REQUEST =
      Request.defaults()
          .withModel("sd1")
          .withSize(64, 48)
          .withSteps(4)
          .withStrength(0.75)
          .withSeed(42)
          .withScheduler("ddim")
          .withHardware("float32", "cpu")
          .withPrompt("a cell", "");

  /** Six views of 64 × 48 pixels, which fade into one another. */
  private static final Request TILED = REQUEST.withTiling(new Tiling(32, -1, true));

  private final List<String> told = new ArrayList<>();

  @AfterAll
  static void close() {
    LOADED.close();
  }

  private Progress progress(BooleanSupplier canceled) {
    return new Progress() {
      @Override
      public void update(long done, long total, String message) {
        told.add(message);
      }

      @Override
      public boolean isCanceled() {
        return canceled.getAsBoolean();
      }
    };
  }

  private static ImageToImageOptions region(double feather, int context) {
    return new ImageToImageOptions(
        new RegionOptions(feather, context, false), ChannelMapping.DISPLAY, Slices.CURRENT);
  }

  private static ImagePlus oval() {
    ImagePlus imp = TestImages.random("16-bit", 61, 45, 3);
    imp.setRoi(new OvalRoi(5, 4, 50, 36));
    return imp;
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAModelIsLoaded() {
    Request large = REQUEST.withTiling(new Tiling(72, -1));
    Progress progress = progress(() -> false);
    refused(() -> VERBS.textToImage(large, Stacks.NONE, progress), "tile", "64", "72");
    refused(
        () -> VERBS.imageToImage(oval(), large, region(0, 0), Stacks.NONE, progress),
        "tile",
        "at most 56, the longer side of the 56 × 40 pixels",
        "72");
    ImagePlus latents = TestImages.blackChannels("32-bit", 8, 6, 4);
    StepRange all = new StepRange(0, -1, true);
    refused(
        () -> VERBS.denoiseLatent(latents, large, all, Stacks.NONE, progress), "tile", "64", "72");
    Request uneven = REQUEST.withTiling(new Tiling(32, 12));
    refused(
        () -> VERBS.textToImage(uneven, Stacks.NONE, progress), "overlap", "multiple of 8", "12");
    assertEquals(List.of(), told);
  }

  private static void refused(Executable call, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void oneTileOfTheRegionsSizeChangesNoBit() throws IOException {
    Request one = REQUEST.withTiling(new Tiling(64, -1));
    assertArrayEquals(pixels(repainted(REQUEST)), pixels(repainted(one)));
  }

  private static ImagePlus repainted(Request request) throws IOException {
    return VERBS.imageToImage(oval(), request, region(3, 4), Stacks.NONE, Progress.NONE).get(0);
  }

  private static int[] pixels(ImagePlus imp) {
    ImageProcessor ip = imp.getProcessor();
    int[] values = new int[ip.getPixelCount()];
    for (int i = 0; i < values.length; i++) values[i] = ip.get(i);
    return values;
  }

  @Test
  void aSelectionInTilesChangesAloneIsPreviewedAndTellsItsViews() throws IOException {
    List<Preview> previews = new ArrayList<>();
    Preview.Display display =
        new Preview.Display() {
          @Override
          public void show(Preview preview) {
            previews.add(preview);
            assertEquals(61, preview.picture(kind()).getWidth());
          }

          @Override
          public PreviewKind kind() {
            return PreviewKind.LINEAR;
          }
        };
    ImagePlus input = oval();
    ImagePlus result =
        VERBS
            .previewingOn(display)
            .imageToImage(input, TILED, region(3, 4), Stacks.NONE, progress(() -> false))
            .get(0);
    int changed = 0;
    for (int y = 0; y < 45; y++) {
      for (int x = 0; x < 61; x++) {
        boolean same = input.getProcessor().get(x, y) == result.getProcessor().get(x, y);
        assertTrue(same || input.getRoi().contains(x, y), "at (" + x + ", " + y + ")");
        changed += same ? 0 : 1;
      }
    }
    assertTrue(changed > 1000, changed + " pixels changed");
    assertEquals(3, previews.size());
    assertEquals("6", result.getStringProperty("views"));
    assertEquals("32", result.getStringProperty("tile"));
    assertEquals("16", result.getStringProperty("overlap"));
    assertEquals("true", result.getStringProperty("fade"));
    assertTrue(told.contains("Step 2 of 3, 5 of 6 views"), told.toString());
  }

  @Test
  void aRunInTilesGoesOnFromItsLatentsToTheBit() throws IOException {
    Stacks stacks = new Stacks(true, false, false, false);
    ImagePlus steps = VERBS.textToImage(TILED, stacks, Progress.NONE).get(1);
    float[] last = (float[]) steps.getStack().getProcessor(4 * 4 + 1).getPixels();
    steps.setPosition(1, 1, 3);
    StepRange rest = new StepRange(-1, -1, false);
    ImagePlus denoised = VERBS.denoiseLatent(steps, TILED, rest, Stacks.NONE, Progress.NONE).get(0);
    assertArrayEquals(last, (float[]) denoised.getStack().getProcessor(1).getPixels());
  }

  @Test
  void aRunCanBeStoppedBetweenViews() {
    Progress stops = progress(() -> told.contains("Step 1 of 4, 2 of 6 views"));
    assertThrows(CancellationException.class, () -> VERBS.textToImage(TILED, Stacks.NONE, stops));
    assertEquals("Step 1 of 4, 2 of 6 views", told.get(told.size() - 1));
  }

  @Test
  void aTileIsSuggestedForAPictureThatIsFarTooLarge() throws IOException {
    Request wide = REQUEST.withSize(104, 32).withSteps(1); // the model is made for 64
    ImagePlus whole = VERBS.textToImage(wide, Stacks.NONE, Progress.NONE).get(0);
    assertTrue(whole.getStringProperty("warning1").contains("Give tile=64 fade=true"));
    Request tiled = wide.withTiling(new Tiling(64, -1));
    ImagePlus inTiles = VERBS.textToImage(tiled, Stacks.NONE, Progress.NONE).get(0);
    assertEquals(null, inTiles.getStringProperty("warning1"));
  }
}
