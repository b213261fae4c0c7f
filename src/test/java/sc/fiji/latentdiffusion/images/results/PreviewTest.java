/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.CalledVerbs;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.ImageToImageOptions;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.vae.VaeLatents;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** Previews of the built-in model. */
class PreviewTest {

  private static final Shape SHAPE = new Shape(1, 4, 1, 2);

  private static final LoadedModels LOADED = new LoadedModels();
  private static final CalledVerbs VERBS = new CalledVerbs(LOADED, () -> Path.of(""));
  private static final Request REQUEST =
      Request.defaults()
          .withSteps(8)
          .withSeed(42)
          .withHardware("float32", "cpu")
          .withPrompt("many green nuclei on a dark background", "");

  @PyTorch private NDManager manager;

  @AfterAll
  static void close() {
    LOADED.close();
  }

  @Test
  void lookingAtPreviewsChangesNoBit() throws IOException {
    ImagePlus unseen = VERBS.textToImage(REQUEST, Stacks.NONE, Progress.NONE).get(0);
    Looking looking = new Looking();
    ImagePlus seen =
        VERBS.previewingOn(looking).textToImage(REQUEST, Stacks.NONE, Progress.NONE).get(0);
    assertArrayEquals(
        (int[]) unseen.getProcessor().getPixels(), (int[]) seen.getProcessor().getPixels());
    assertEquals(8, looking.linear.size());
  }

  @Test
  void linearPreviewsComeNearTheDecodedPicture() throws IOException {
    Looking looking = new Looking();
    VERBS.previewingOn(looking).textToImage(REQUEST, Stacks.NONE, Progress.NONE);
    ColorProcessor sketch = looking.linear.get(7);
    ColorProcessor picture = looking.decoded.get(7);
    assertEquals(picture.getWidth(), sketch.getWidth());
    double correlation = correlation(sketch, picture, 8);
    assertTrue(correlation > 0.9, "correlation " + correlation);
  }

  /** Returns the correlation of green, between means of squares. */
  private static double correlation(ColorProcessor a, ColorProcessor b, int square) {
    int size = a.getWidth() / square;
    double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double va = mean(a, x * square, y * square, square);
        double vb = mean(b, x * square, y * square, square);
        sa += va;
        sb += vb;
        saa += va * va;
        sbb += vb * vb;
        sab += va * vb;
      }
    }
    double n = size * size;
    return (sab - sa * sb / n) / Math.sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
  }

  private static double mean(ColorProcessor image, int left, int top, int square) {
    double sum = 0;
    for (int y = top; y < top + square; y++) {
      for (int x = left; x < left + square; x++) {
        sum += image.get(x, y) >> 8 & 255;
      }
    }
    return sum / (square * square);
  }

  @Test
  void theWholeSliceIsSeenAndOnlyTheSelectionInItChanges() throws IOException {
    ImagePlus input = TestImages.ramp("16-bit", 48, 40, 1);
    input.setRoi(8, 8, 16, 16);
    Looking looking = new Looking();
    VERBS
        .previewingOn(looking)
        .imageToImage(input, REQUEST, ImageToImageOptions.PLAIN, Stacks.NONE, Progress.NONE);
    for (ColorProcessor seen : List.of(looking.linear.get(0), looking.decoded.get(1))) {
      assertEquals(48, seen.getWidth());
      assertEquals(40, seen.getHeight());
      int grey = (int) Math.rint(input.getProcessor().get(40, 3) / 65535.0 * 255);
      assertEquals(grey, seen.get(40, 3) & 255, 1);
      assertEquals(seen.get(40, 3), seen.get(40, 39));
      assertNotEquals(seen.get(10, 3), seen.get(10, 15));
    }
  }

  private static Optional<LatentColours> colours(double scale) {
    Optional<double[][]> rows = VaeLatents.colours(scale, List.of());
    return LatentColours.of(new LatentSpace(4, 8, scale, 0, rows, Optional.empty()));
  }

  @Test
  void stableDiffusionsFactorsAreFoundByTheScalingFactorAndOthersAreNot() {
    assertTrue(colours(0.18215).isPresent());
    assertTrue(colours(0.13025).isPresent());
    assertTrue(colours(0.5).isEmpty());
  }

  /** The first channel of both VAEs is mostly brightness; in SDXL's VAE it has no colour. */
  @Test
  void theFirstLatentChannelBrightensAllColours() {
    for (double factor : new double[] {0.18215, 0.13025}) {
      LatentColours colours = colours(factor).orElseThrow();
      ColorProcessor seen =
          colours.picture(manager.create(new float[] {-1, 1, 0, 0, 0, 0, 0, 0}, SHAPE));
      int[] dark = seen.getPixel(0, 0, null);
      int[] bright = seen.getPixel(1, 0, null);
      for (int c = 0; c < 3; c++) {
        assertTrue(bright[c] - dark[c] > 10, "colour " + c + " of " + factor);
      }
      int spread = Math.abs(bright[0] - dark[0] - bright[2] + dark[2]);
      assertTrue(factor == 0.18215 || spread < 20, "spread " + spread);
    }
  }

  /**
   * The small decoders among the goldens decode the latents of a model with a VAE of its factor.
   */
  @Test
  void tinyPreviewsAreOfThePicturesSizeAndTheirDecoderMustBeThere() throws IOException {
    Request request = REQUEST.withModel(TestResources.MICRO.toString()).withSteps(2);
    Tiny tiny = new Tiny();
    new ImageDiffusion(LOADED, () -> TestResources.golden("taesd"))
        .previewingOn(tiny)
        .textToImage(request.withSize(20, 12), Stacks.NONE, Progress.NONE);
    assertEquals(2, tiny.pictures.size());
    assertEquals(20, tiny.pictures.get(1).getWidth());
    assertEquals(12, tiny.pictures.get(1).getHeight());
    ImageDiffusion without = new ImageDiffusion(LOADED, () -> TestResources.MODELS);
    String message =
        assertThrows(
                IOException.class,
                () ->
                    without
                        .previewingOn(new Tiny())
                        .textToImage(
                            request.withHardware("bfloat16", "cpu"), Stacks.NONE, Progress.NONE))
            .getMessage();
    assertTrue(message.startsWith("preview=tiny needs a small decoder"), message);
  }

  private static final class Tiny implements Preview.Display {
    private final List<ColorProcessor> pictures = new ArrayList<>();

    @Override
    public void show(Preview preview) {
      pictures.add(preview.picture(PreviewKind.TINY));
    }

    @Override
    public PreviewKind kind() {
      return PreviewKind.TINY;
    }
  }

  private static final class Looking implements Preview.Display {
    private final List<ColorProcessor> linear = new ArrayList<>();
    private final List<ColorProcessor> decoded = new ArrayList<>();

    @Override
    public void show(Preview preview) {
      linear.add(preview.picture(PreviewKind.LINEAR));
      decoded.add(preview.picture(PreviewKind.DECODED));
    }

    @Override
    public PreviewKind kind() {
      return PreviewKind.LINEAR;
    }
  }
}
