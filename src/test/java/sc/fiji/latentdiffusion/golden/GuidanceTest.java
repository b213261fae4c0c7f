/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.guidance.GuidanceJoin;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.GuidanceSteps;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * Compares guidance with diffusers' guiders, alone and in whole runs; {@code
 * src/test/python/guidance.py} makes the goldens.
 */
class GuidanceTest {

  private static final List<Double> LIST = List.of(7.0, 7.0, 5.0, 3.0, 1.0, 2.0);

  private static LatentDiffusion model;
  private static Golden golden;

  @PyTorch private NDManager manager;
  @PyTorch private Kernels kernels;

  @BeforeAll
  static void load() throws IOException {
    golden = Golden.read(Golden.root().resolve("guidance.safetensors"));
    model = GoldenRuns.load(Golden.root().resolve("models/sd1"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GuidanceOptions options(
      double scale, double from, double to, Guide guide, double rescale) {
    return new GuidanceOptions(List.of(scale), from, to, guide, rescale);
  }

  private static GuidanceOptions guider(String name) {
    return switch (name) {
      case "cfg" -> GuidanceOptions.of(5);
      case "rescale" -> options(5, 0, 1, Guide.CFG, 0.7);
      case "zero" -> options(5, 0, 1, new Guide.ZeroStar(-1), 0);
      case "apg" -> options(5, 0, 1, new Guide.Projected(-0.5, 15.1, 0.3), 0);
      default -> options(7, 0, 1, new Guide.Projected(0, 0, 0), 1);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"cfg", "rescale", "zero", "apg", "free"})
  void bothHalvesAreJoinedAsByTheGuider(String name) throws IOException {
    GuidanceSteps steps = new GuidanceSteps(guider(name), 0, 0, 3);
    GuidanceJoin join = new GuidanceJoin(kernels, steps, manager);
    for (int k = 0; k < 3; k++) {
      NDArray both = golden.array("u." + k, manager).concat(golden.array("c." + k, manager));
      float[] expected = golden.floats(name + "." + k);
      float[] found = join.join(manager, both, k).toFloatArray();
      golden.assertNear(name + "." + k, expected, 1, found, 2e-6 * largest(expected));
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) largest = Math.max(largest, Math.abs(value));
    return largest;
  }

  private static GuidanceOptions run(String name) {
    return switch (name) {
      case "interval" -> options(5, 0.2, 0.7, Guide.CFG, 0);
      case "zero" -> options(5, 0.4, 1, new Guide.ZeroStar(2), 0);
      case "apg" -> options(5, 0, 0.8, new Guide.Projected(-0.5, 1, 0.3), 0.4);
      case "rescale" -> options(5, 0, 1, Guide.CFG, 0.7);
      default -> new GuidanceOptions(LIST, 0, 1, Guide.CFG, 0);
    };
  }

  private static Request request(String name, String scheduler) {
    return GoldenRuns.guided(scheduler).withSteps(6).withGuidance(run(name)).withSize(64, 64);
  }

  @ParameterizedTest
  @CsvSource({"interval, ddim", "zero, euler", "apg, heun", "rescale, dpmpp_2m_k", "list, ddim"})
  void aRunEqualsThatOfTheGuider(String name, String scheduler) throws IOException {
    try (Run run = model.textToImage(request(name, scheduler))) {
      run.forEach(evaluated -> {});
      float[] expected = golden.floats(name + ".latents");
      float[] found = run.latents().toFloatArray();
      golden.assertNear(name, expected, 1, found, 1e-3 * Math.max(1, largest(expected) / 4));
    }
  }

  @Test
  void oneHalfIsComputedOutsideOfTheInterval() throws IOException {
    List<Boolean> guided = new ArrayList<>();
    try (Run run = model.textToImage(request("interval", "ddim"))) {
      for (Evaluated evaluated : run) guided.add(evaluated.halves().unconditional().isPresent());
    }
    assertEquals(List.of(false, true, true, true, false, false), guided);
  }

  @ParameterizedTest
  @ValueSource(strings = {"interval", "zero", "list"})
  void aRunInTwoPartsEqualsTheWhole(String name) throws IOException {
    Request request = request(name, "ddim");
    float[] whole = latents(request, new Start.FromNoise());
    try (NDManager own = model.manager().newSubManager();
        Run first = model.run(request, from(model, request, own))) {
      first.forEach(evaluated -> {});
      NDArray half = first.latents();
      Start rest = new Start.FromLatents(half, new StepRange(3, -1, false), Optional.empty());
      assertArrayEquals(whole, latents(request, rest));
    }
  }

  /** The first three steps. */
  private static Start from(LatentDiffusion model, Request request, NDManager own) {
    try (Run run = model.textToImage(request)) {
      NDArray start = run.iterator().next().sample().duplicate();
      start.attach(own);
      return new Start.FromLatents(start, new StepRange(0, 3, false), Optional.empty());
    }
  }

  private static float[] latents(Request request, Start start) {
    try (Run run = model.run(request, start)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  /** Strength leaves the last steps: a list's last scales are theirs. */
  @Test
  void aPictureIsChangedWithTheLastScalesOfAList() throws IOException {
    Request listed = request("list", "ddim").withStrength(0.5);
    Request without =
        listed.withGuidance(
            new GuidanceOptions(List.of(1.0, 1.0, 1.0, 3.0, 1.0, 2.0), 0, 1, Guide.CFG, 0));
    try (NDManager own = model.manager().newSubManager()) {
      NDArray picture = own.zeros(new Shape(1, 3, 64, 64));
      Start start = new Start.FromPicture(picture, Optional.empty());
      assertArrayEquals(latents(without, start), latents(listed, start));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"interval", "zero", "apg"})
  void viewsAreGuidedEachByItself(String name) throws IOException {
    Request request = request(name, "ddim").withSize(96, 64);
    float[] whole = latents(request.withTiling(new Tiling(96, -1)), new Start.FromNoise());
    assertArrayEquals(latents(request, new Start.FromNoise()), whole);
    float[] tiled = latents(request.withTiling(new Tiling(64, 32)), new Start.FromNoise());
    assertFalse(Arrays.equals(whole, tiled));
  }

  @Test
  void answersOfABatchAreGuidedEachByItself() throws IOException {
    Request request = request("apg", "ddim");
    try (Run both = model.textToImage(request.withSampling(request.sampling().withBatch(2)))) {
      both.forEach(evaluated -> {});
      float[] latents = both.latents().toFloatArray();
      for (int i = 0; i < 2; i++) {
        float[] alone = latents(request.answer(i), new Start.FromNoise());
        float[] part = Arrays.copyOfRange(latents, i * alone.length, (i + 1) * alone.length);
        golden.assertNear("answer " + i, alone, 1, part, 1e-3);
      }
    }
  }
}
