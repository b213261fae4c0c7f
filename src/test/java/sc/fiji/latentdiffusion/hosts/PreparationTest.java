/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.log.StderrLogService;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.progress.Progress;

/** What a dialog loads while it is open. */
class PreparationTest {

  private final LoadedModels models = new LoadedModels();
  private final ImageDiffusion images = new ImageDiffusion(models, () -> Path.of("none"));
  private final List<Runnable> later = new ArrayList<>();
  private final Preparation preparation =
      new Preparation(images, later::add, new StderrLogService());

  @AfterEach
  void close() {
    models.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "repair", "epithelium"})
  void aBuiltInModelIsInMemoryAfterwards(String model) {
    preparation.begin(Map.of("model", model, "precision", "auto", "vae", ""));
    assertFalse(models.isLoaded());
    later.remove(0).run();
    assertTrue(models.isLoaded());
    preparation.end();
  }

  @ParameterizedTest
  @CsvSource({"precision, float32", "device, gpu", "vae, other.safetensors", "model, sd15"})
  void whatMayTakeLongOrFailIsLoadedByTheRunAlone(String key, String text) {
    Map<String, String> texts = new HashMap<>(Map.of("model", "", "device", "auto"));
    texts.put(key, text);
    preparation.begin(texts);
    assertEquals(List.of(), later);
  }

  @Test
  void twoDialogsPrepareOnce() {
    preparation.begin(Map.of("model", ""));
    preparation.begin(Map.of("model", "repair"));
    assertEquals(1, later.size());
  }

  @Test
  void aModelThatIsInUseStays() throws IOException {
    Path used = TestResources.SD1;
    var loaded = models.get(used.toString(), null, "float32", "cpu");
    preparation.begin(Map.of("model", "epithelium"));
    later.remove(0).run();
    assertSame(loaded, models.get(used.toString(), null, "float32", "cpu"));
  }

  @Test
  void whatHasEndedLoadsNothing() {
    preparation.begin(Map.of("model", "epithelium"));
    Runnable work = later.remove(0);
    new Thread(preparation::end).start();
    while (!preparation.isCanceled()) Thread.onSpinWait();
    work.run();
    assertFalse(models.isLoaded());
  }

  @Test
  void aPreparedRunHasTheBitsOfAnother() throws IOException {
    int[] alone = picture();
    models.close();
    preparation.begin(Map.of("model", ""));
    later.remove(0).run();
    assertArrayEquals(alone, picture());
  }

  private int[] picture() throws IOException {
    Request request = Request.defaults().withSteps(2).withSeed(7).withSize(64, 64);
    ImagePlus made = images.textToImage(request, Stacks.NONE, Progress.NONE).get(Results.RESULT);
    return ((int[]) made.getProcessor().getPixels()).clone();
  }
}
