/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.sampler.Evaluated;

class LatentDiffusionTest {

  private static final Request REQUEST =
      Request.defaults().withPrompt("a photo of a cell", "").withSeed(42).withSteps(4);

  private static LatentDiffusion model;

  @BeforeAll
  static void load() throws IOException {
    model = TestModels.load("sd1");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void equalRequestsGiveEqualBitsAndOtherSeedsOthers() {
    float[] once = textToImage(REQUEST);
    assertArrayEquals(once, textToImage(REQUEST));
    assertFalse(Arrays.equals(once, textToImage(REQUEST.withSeed(43))));
  }

  @Test
  void lookingAtEveryStepChangesNoBit() {
    float[] unseen = textToImage(REQUEST);
    try (Run run = model.textToImage(REQUEST)) {
      for (Evaluated step : run) {
        assertEquals(step.sample().getShape(), step.noise().getShape());
        step.predOriginalSample().toFloatArray();
        model.decode(step.predOriginalSample(), step.predOriginalSample().getManager());
      }
      assertArrayEquals(unseen, run.latents().toFloatArray());
    }
  }

  @Test
  void aRunIsIteratedOnce() {
    try (Run run = model.textToImage(REQUEST)) {
      assertThrows(IllegalStateException.class, run::latents);
      float[] latents = finish(run);
      assertThrows(IllegalStateException.class, run::iterator);
      assertArrayEquals(latents, run.latents().toFloatArray());
    }
  }

  @Test
  void strengthOneEqualsTextToImage() {
    try (NDManager manager = model.manager().newSubManager();
        Run run = model.imageToImage(REQUEST.withStrength(1), picture(manager, 64, 96))) {
      assertArrayEquals(textToImage(REQUEST.withSize(96, 64)), finish(run));
    }
  }

  @Test
  void strengthZeroHasNoStepAndLeavesThePicturesLatents() {
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray picture = picture(manager, 64, 64);
      try (Run run = model.imageToImage(REQUEST.withStrength(0), picture)) {
        assertTrue(run.plan().isEmpty());
        assertFalse(run.iterator().hasNext());
        assertArrayEquals(
            model.encode(picture, manager).toFloatArray(), run.latents().toFloatArray());
      }
    }
  }

  @Test
  void strengthKeepsTheLastSteps() {
    try (NDManager manager = model.manager().newSubManager();
        Run run =
            model.imageToImage(REQUEST.withStrength(0.6).withSteps(5), picture(manager, 64, 64))) {
      assertEquals(3, run.size());
    }
  }

  @Test
  void guidanceOfOneIsTheConditionalHalfAlone() {
    float[] off = textToImage(REQUEST.withGuidance(1));
    assertArrayEquals(off, textToImage(REQUEST.withGuidance(0)));
    assertArrayEquals(
        off, textToImage(REQUEST.withGuidance(1).withPrompt("a photo of a cell", "x")));
    assertFalse(Arrays.equals(off, textToImage(REQUEST.withGuidance(3))));
  }

  @Test
  void sizeZeroIsTheModelsOwn() {
    try (Run run = model.textToImage(REQUEST)) {
      assertEquals(model.nativeSize(), run.request().width());
      assertEquals(model.nativeSize(), run.request().height());
    }
  }

  @Test
  void sizeBetweenMultiplesIsRefusedWithTheNearest() {
    String message = refused(REQUEST.withSize(100, 64));
    assertTrue(message.contains("width") && message.contains("100"), message);
    assertTrue(message.contains(String.valueOf(104)) || message.contains("96"), message);
  }

  @Test
  void drawnSeedIsInTheResolvedRequest() {
    try (Run run = model.textToImage(REQUEST.withSeed(-1))) {
      assertTrue(run.request().seed() >= 0 && run.request().seed() <= Sampling.MAX_SEED);
      assertEquals("float32", run.request().precision());
      assertEquals("cpu", run.request().device());
    }
  }

  @Test
  void wordsBeyondTheFirstBlockOfTokensCount() {
    String prompt = "nucleus ".repeat(200);
    float[] without = textToImage(REQUEST.withPrompt(prompt, ""));
    float[] with = textToImage(REQUEST.withPrompt(prompt + "mitochondrion", ""));
    assertFalse(Arrays.equals(without, with));
  }

  @Test
  void bfloat16IsCloseToFloat32() throws IOException {
    float[] exact = textToImage(REQUEST);
    try (LatentDiffusion rough =
            ModelLoader.load(ModelFolder.open(TestResources.SD1), "bfloat16", "cpu");
        Run run = rough.textToImage(REQUEST)) {
      float[] close = finish(run);
      assertTrue(distance(exact, close) < 0.05, "rms " + distance(exact, close));
      assertFalse(Arrays.equals(exact, close));
    }
  }

  @Test
  void float16OnTheCpuIsRefused() {
    Model folder = model.model();
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> ModelLoader.load(folder, "float16", "cpu"))
            .getMessage();
    assertTrue(message.contains("float16") && message.contains("float32"), message);
  }

  @Test
  void numbersThatAreNotFiniteAreAnErrorNotABlackPicture() {
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray latents = manager.ones(new Shape(1, 4, 8, 8)).mul(Float.NaN);
      String message =
          assertThrows(IllegalStateException.class, () -> model.decode(latents, manager))
              .getMessage();
      assertTrue(message.contains("not finite"), message);
    }
  }

  @Test
  void guidanceThatMakesNumbersNotFiniteIsNamed() {
    Request request = Request.defaults().withSteps(2).withSeed(42).withGuidance(1e38);
    try (Run run = model.textToImage(request.withPrompt("nuclei", ""))) {
      String message =
          assertThrows(
                  IllegalStateException.class,
                  () -> {
                    run.forEach(evaluated -> {});
                    run.picture();
                  })
              .getMessage();
      assertTrue(message.contains("guidance=1.0E38 is far beyond usual values"), message);
    }
  }

  private static String refused(Request request) {
    return assertThrows(IllegalArgumentException.class, () -> model.textToImage(request))
        .getMessage();
  }

  private static float[] textToImage(Request request) {
    try (Run run = model.textToImage(request)) {
      return finish(run);
    }
  }

  private static float[] finish(Run run) {
    run.forEach(evaluated -> {});
    return run.latents().toFloatArray();
  }

  private static NDArray picture(NDManager manager, int height, int width) {
    float[] pixels = new float[3 * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(i * 0.01);
    }
    return manager.create(pixels, new Shape(1, 3, height, width));
  }

  /** Returns the root mean square of the difference, relative to that of the first. */
  private static double distance(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += (a[i] - b[i]) * (a[i] - b[i]);
      size += a[i] * a[i];
    }
    return Math.sqrt(difference / size);
  }
}
