/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.prompts.RegionPrompts;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.TestEvaluations;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * Compares runs with a step cache with those of DeepCache's helper for diffusers; {@code
 * src/test/python/cached.py} makes the goldens.
 */
class StepCacheTest {

  private static final double RUN = 1e-3;

  private static LatentDiffusion model;
  private static Golden golden;

  @TempDir Path temp;

  @BeforeAll
  static void load() throws IOException {
    golden = Golden.read(Golden.root().resolve("cached.safetensors"));
    model = GoldenRuns.load(Golden.root().resolve("models/sd1"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Request request(String scheduler, int side, CacheOptions cache) {
    Request request = GoldenRuns.guided(scheduler).withSteps(10).withSize(side, side);
    return request.withSampling(request.sampling().withCache(cache));
  }

  private static Request request(String scheduler, int side, int every) {
    return request(scheduler, side, new CacheOptions(every, 0, 1));
  }

  private static float[] latents(LatentDiffusion of, Request request) {
    return latents(of, request, new Start.FromNoise(), LoadedAddOns.NONE);
  }

  private static float[] latents(
      LatentDiffusion of, Request request, Start start, LoadedAddOns addOns) {
    try (Run run = of.run(request, start, addOns)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  private static void agrees(String name, float[] found) throws IOException {
    golden.assertNear(name, golden.floats(name + ".latents"), 1, found, RUN);
  }

  private static double difference(float[] one, float[] other) {
    double most = 0;
    for (int i = 0; i < one.length; i++) most = Math.max(most, Math.abs(one[i] - other[i]));
    return most;
  }

  @ParameterizedTest
  @CsvSource({
    "models/sd1, sd1, ddim, 3, 64",
    "models/sd1, sd1, euler, 2, 64",
    "models/sd1, sd1, dpmpp_2m_k, 5, 64",
    "models/sd1, sd1, unipc, 3, 64",
    "models/sd1, sd1, lms, 2, 64",
    "models/sd1, sd1, euler_a, 4, 64",
    "models/sd1, sd1, dpmpp_2m_sde, 3, 64",
    "models/sd2, sd2, ddim, 3, 64",
    "models/sd2, sd2, dpmpp_2m, 2, 64",
    "models/sd2, sd2, euler_k, 4, 64",
    "xl/base.safetensors, xl, euler, 3, 16",
    "xl/base.safetensors, xl, dpmpp_2m_k, 2, 16"
  })
  void aRunEqualsThatOfTheHelper(String path, String name, String scheduler, int every, int side)
      throws IOException {
    try (LatentDiffusion loaded = GoldenRuns.load(Golden.root().resolve(path))) {
      float[] found = latents(loaded, request(scheduler, side, every));
      agrees(name + "." + scheduler + "." + every, found);
      float[] whole = latents(loaded, request(scheduler, side, 1));
      assertTrue(difference(whole, found) > 10 * RUN, "the cache changes something");
    }
  }

  @Test
  void evaluationsOutsideOfAPartOfTheStepsAreWhole() throws IOException {
    agrees("interval", latents(model, request("ddim", 64, new CacheOptions(3, 0.25, 0.85))));
  }

  @Test
  void aModelForInpaintingIsCachedToo() throws IOException {
    ModelCopies.into(
        temp, Golden.root().resolve("models/micro-fp16"), Golden.root().resolve("inpaint"));
    Golden runs = Golden.read(Golden.root().resolve("inpaint/golden/runs.safetensors"));
    try (LatentDiffusion inpainting = GoldenRuns.load(temp);
        NDManager manager = inpainting.manager().newSubManager()) {
      NDArray picture = runs.array("picture", manager);
      Start start = new Start.FromPicture(picture, Optional.of(runs.array("mask", manager)));
      Request request = request("ddim", 16, 3).withSteps(20).withStrength(0.5);
      agrees("inpaint", latents(inpainting, request, start, LoadedAddOns.NONE));
    }
  }

  @Test
  void aControlNetIsComputedInWholeEvaluationsAlone() throws IOException {
    Golden images = Golden.read(Golden.root().resolve("control/golden.safetensors"));
    try (LatentDiffusion micro = GoldenRuns.load(Golden.root().resolve("models/micro-fp16"));
        NDManager manager = micro.manager().newSubManager()) {
      NDArray image = images.array("image.square", manager);
      LoadedAddOns added = GoldenRuns.steered(micro, Optional.of(image), manager);
      agrees("control", latents(micro, request("ddim", 16, 3), new Start.FromNoise(), added));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddim", "heun", "dpmpp_2m_k"})
  void keepingStatesChangesNoBit(String scheduler) {
    Request all = request(scheduler, 64, 1);
    Request first = request(scheduler, 64, new CacheOptions(20, 0.9, 1));
    float[] whole = samples(all);
    float[] kept = samples(first);
    int untilReused = whole.length - whole.length / 10;
    assertArrayEquals(Arrays.copyOf(whole, untilReused), Arrays.copyOf(kept, untilReused));
  }

  /** The noise of all evaluations. */
  private static float[] samples(Request request) {
    List<float[]> all = new ArrayList<>();
    try (Run run = model.textToImage(request)) {
      for (Evaluated evaluated : run) all.add(evaluated.noise().toFloatArray());
    }
    float[] joined = new float[all.size() * all.get(0).length];
    for (int i = 0; i < all.size(); i++) {
      System.arraycopy(all.get(i), 0, joined, i * all.get(i).length, all.get(i).length);
    }
    return joined;
  }

  /** Views that share nothing are runs of their own. */
  @Test
  void eachViewHasACacheOfItsOwn() throws IOException {
    Request request = request("ddim", 64, 3);
    float[] whole = latents(model, request.withSize(128, 64).withTiling(new Tiling(64, 0)));
    try (Run run = model.textToImage(request.withSize(128, 64));
        NDManager own = model.manager().newSubManager()) {
      NDArray start = run.iterator().next().sample().duplicate();
      start.attach(own);
      for (int i = 0; i < 2; i++) {
        NDArray half = start.get(":, :, :, " + 8 * i + ":" + 8 * (i + 1));
        Start alone = new Start.FromLatents(half, new StepRange(0, -1, false), Optional.empty());
        float[] found = latents(model, request, alone, LoadedAddOns.NONE);
        assertEquals(0, difference(columns(whole, 8 * i), found), 1e-4);
      }
    }
  }

  /** Eight columns of latents of 4 × 8 × 16. */
  private static float[] columns(float[] latents, int first) {
    float[] part = new float[4 * 8 * 8];
    for (int row = 0; row < 4 * 8; row++) {
      System.arraycopy(latents, row * 16 + first, part, row * 8, 8);
    }
    return part;
  }

  /** The region's prompt is computed alone; all of the latents are its. */
  @Test
  void eachPromptOfARegionHasACacheOfItsOwn() throws IOException {
    float[] all = new float[8 * 8];
    float[] left = new float[8 * 8];
    Arrays.fill(all, 1);
    for (int i = 0; i < left.length; i++) left[i] = i % 8 < 4 ? 1 : 0;
    Request request = request("ddim", 64, 3);
    float[] one = latents(model, request, regional("a cell", all), LoadedAddOns.NONE);
    float[] plain =
        latents(
            model,
            request.withPrompt("a cell", GoldenRuns.NEGATIVE),
            regional("a cell", all),
            LoadedAddOns.NONE);
    assertEquals(0, difference(plain, one), 1e-4);
    float[] half = latents(model, request, regional("a cell", left), LoadedAddOns.NONE);
    float[] whole =
        latents(model, request("ddim", 64, 1), regional("a cell", left), LoadedAddOns.NONE);
    double change = difference(whole, half);
    double plainChange =
        difference(latents(model, request("ddim", 64, 1)), latents(model, request));
    assertTrue(change > 0 && change < 3 * plainChange, change + " " + plainChange);
  }

  private static Start regional(String prompt, float[] covered) {
    NDArray picture = model.manager().zeros(new Shape(1, 3, 64, 64));
    List<RegionPrompts.Region> regions = List.of(new RegionPrompts.Region(prompt, covered));
    return new Start.FromPicture(picture, Optional.empty(), regions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddim", "euler_a"})
  void answersOfABatchAreThoseAlone(String scheduler) {
    Request request = request(scheduler, 64, 3);
    float[] both = latents(model, request.withSampling(request.sampling().withBatch(2)));
    for (int i = 0; i < 2; i++) {
      float[] alone = latents(model, request.answer(i));
      float[] part = Arrays.copyOfRange(both, i * alone.length, (i + 1) * alone.length);
      assertEquals(0, difference(alone, part), 1e-4);
    }
  }

  @Test
  void bothHalvesAreShown() {
    try (Run run = model.textToImage(request("ddim", 64, 3))) {
      for (Evaluated evaluated : run) {
        assertTrue(evaluated.halves().unconditional().isPresent());
      }
    }
  }

  private static String note(Request request) {
    try (Run run = model.textToImage(request)) {
      return run.warnings().stream()
          .filter(note -> note.startsWith("cache="))
          .findFirst()
          .orElse("none");
    }
  }

  @Test
  void theUserIsToldHowManyEvaluationsAreWhole() {
    assertEquals("none", note(request("ddim", 64, 1)));
    assertEquals("cache=3, 7 of 20 evaluations whole", note(request("ddim", 64, 3).withSteps(20)));
    assertEquals("cache=3, 7 of 19 evaluations whole", note(request("heun", 64, 3)));
    Guide cfg = Guide.CFG;
    GuidanceOptions from = new GuidanceOptions(List.of(3.0), 0.5, 1, cfg, 0);
    assertEquals(
        "cache=4, 4 of 10 evaluations whole", note(request("ddim", 64, 4).withGuidance(from)));
  }

  /** Whose halves are other ones than those of the last whole evaluation can't go on from it. */
  @Test
  void aRunWhoseHalvesChangeIsComputed() {
    GuidanceOptions listed =
        new GuidanceOptions(
            List.of(3.0, 1.0, 3.0, 3.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0), 0, 1, Guide.CFG, 0);
    float[] found = latents(model, request("ddim", 64, 4).withGuidance(listed));
    float[] whole = latents(model, request("ddim", 64, 1).withGuidance(listed));
    assertFalse(Arrays.equals(whole, found));
  }

  @Test
  void itsMemoryIsFreedWithTheRun() throws IOException {
    Evaluation evaluation = TestEvaluations.of(0, 0, 501, NoiseLevel.ofAlphaCumprod(0.2));
    Golden unet = Golden.read(Golden.root().resolve("models/sd1/golden/unet.safetensors"));
    try (NDManager manager = model.manager().newSubManager()) {
      NDArray sample = unet.array("sample", manager);
      Conditioning given = new Conditioning(unet.array("states", manager), null);
      NDManager run = model.manager().newSubManager();
      Denoiser.Session session = model.networks().denoiser().begin(given, run);
      assertThrows(IllegalStateException.class, () -> session.predictFromKept(sample, evaluation));
      float[] whole = session.predictKeeping(sample, evaluation, List.of()).toFloatArray();
      assertArrayEquals(whole, session.predictFromKept(sample, evaluation).toFloatArray());
      run.close();
      assertThrows(IllegalStateException.class, () -> session.predictFromKept(sample, evaluation));
    }
  }

  @Test
  void aModelWithoutWordsTakesTheCacheToo() throws IOException {
    try (LatentDiffusion grey = GoldenRuns.load(Golden.root().resolve("unet2d_models/grey"))) {
      Request request =
          Request.defaults().withPrompt("", "").withSteps(9).withSeed(3).withSize(32, 32);
      float[] whole = latents(grey, request);
      float[] reused = latents(grey, cached(request, new CacheOptions(3, 0, 1)));
      assertFalse(Arrays.equals(whole, reused), "the cache changes something");
    }
  }

  private static Request cached(Request request, CacheOptions cache) {
    return request.withSampling(request.sampling().withCache(cache));
  }

  /** Inpainting is no such model. */
  @ParameterizedTest
  @CsvSource({"seeing/depth, 0", "seeing/pix2pix, 0", "seeing/upscaler, 0", "inpaint, 4"})
  void modelsThatSeeAnImageKeepNothing(String name, int channels) throws IOException {
    ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), Golden.root().resolve(name));
    try (LatentDiffusion seeing = GoldenRuns.load(temp)) {
      assertEquals(channels, seeing.declaration().keptChannels());
    }
  }

  private static void refused(String message, LatentDiffusion by, Request request) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> by.textToImage(request).close())
            .getMessage());
  }

  @Test
  void fewStepsRestartAndModelsThatKeepNothingAreRefused() throws IOException {
    refused(
        "cache must be 1 (off), as 7 steps run and it takes at least 8 of them, but is 3.",
        model,
        request("ddim", 64, 3).withSteps(7));
    refused(
        "cache must be 1 (off), as the scheduler goes back to more noise, but is 3.",
        model,
        request("restart", 64, 3));
    try (LatentDiffusion transformer = GoldenRuns.load(Golden.root().resolve("zimage/one"))) {
      refused(
          "cache must be 1 (off), as models of this kind keep no inner states, but is 3.",
          transformer,
          request("euler", 64, 3));
    }
  }
}
