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
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.random.Slerp;
import sc.fiji.latentdiffusion.random.Variation;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/**
 * Several answers of a run at once, and variations. {@code src/test/python/batch.py} makes the
 * goldens.
 */
class BatchTest {

  private static final int BATCH = 3;
  private static final double SAME = 1e-4;
  private static final double RUN = 1e-3;

  private static LatentDiffusion model;
  private static NDManager manager;
  private static Golden golden;
  private static NDArray picture;
  private static NDArray mask;

  @TempDir Path temp;

  @BeforeAll
  static void open() throws IOException {
    Path folder = Golden.root().resolve("models/sd1");
    model = ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE);
    manager = model.manager().newSubManager();
    golden = Golden.read(Golden.root().resolve("batch.safetensors"));
    Golden vae = Golden.read(folder.resolve("golden/vae.safetensors"));
    picture = vae.array("picture", manager).get(":, :, :64, :64");
    mask = Golden.read(Golden.root().resolve("masked.safetensors")).array("mask", manager);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Request request(String scheduler) {
    return Request.defaults()
        .withSize(64, 64)
        .withSteps(5)
        .withStrength(0.6)
        .withGuidance(3)
        .withScheduler(scheduler)
        .withSeed(42)
        .withPrompt("a photo of many bright green nuclei", "blurry, low contrast");
  }

  private static Request batch(Request request) {
    return request.withSampling(request.sampling().withBatch(BATCH));
  }

  private static Request variation(Request request, double share, long seed2) {
    return request.withSampling(request.sampling().withVariation(new Variation(share, seed2)));
  }

  private static float[] latents(LatentDiffusion of, Request request, Start start) {
    return latents(of, request, start, LoadedAddOns.NONE);
  }

  private static float[] latents(
      LatentDiffusion of, Request request, Start start, LoadedAddOns addOns) {
    try (Run run = of.run(request, start, addOns)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  private static Start image(NDArray part) {
    return new Start.FromPicture(picture, Optional.ofNullable(part));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddim", "euler_a", "dpmpp_2m_k", "ddpm", "heun"})
  void runsAgreeWithDiffusersOverAListOfGenerators(String scheduler) throws IOException {
    Request request = request(scheduler);
    float[] text = latents(model, batch(request), new Start.FromNoise());
    golden.assertNear(scheduler, golden.floats(scheduler + ".text"), 1, text, RUN);
    float[] image = latents(model, batch(request), image(null));
    golden.assertNear(scheduler, golden.floats(scheduler + ".image"), 1, image, RUN);
    float[] share = latents(model, variation(request, 0.3, 7), new Start.FromNoise());
    golden.assertNear(scheduler, golden.floats(scheduler + ".share"), 1, share, RUN);
  }

  static List<String> schedulers() {
    return Schedulers.names();
  }

  @ParameterizedTest
  @MethodSource("schedulers")
  void eachAnswerIsTheSingleRunOfItsSeed(String scheduler) throws IOException {
    assertBatchIsSingle(model, request(scheduler).withSteps(4), image(mask));
  }

  @Test
  void answersWithoutGuidanceAndVariationsAreSingleRunsToo() throws IOException {
    Request request = request("euler_a");
    assertBatchIsSingle(model, request, image(null));
    assertBatchIsSingle(model, request.withGuidance(1), new Start.FromNoise());
    assertBatchIsSingle(model, variation(request, 0.5, 4294967294L), image(mask));
  }

  private static void assertBatchIsSingle(LatentDiffusion of, Request request, Start start)
      throws IOException {
    assertBatchIsSingle(of, request, start, LoadedAddOns.NONE);
  }

  private static void assertBatchIsSingle(
      LatentDiffusion of, Request request, Start start, LoadedAddOns addOns) throws IOException {
    float[] together = latents(of, batch(request), start, addOns);
    int n = together.length / BATCH;
    for (int i = 0; i < BATCH; i++) {
      float[] alone = latents(of, request.answer(i), start, addOns);
      float[] part = Arrays.copyOfRange(together, i * n, (i + 1) * n);
      golden.assertNear(request.scheduler() + " answer " + i, alone, 1, part, SAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xl/base.safetensors", "models/sd2"})
  void otherFamiliesMakeSeveralAnswers(String name) throws IOException {
    try (LatentDiffusion other =
        ModelLoader.load(Model.open(Golden.root().resolve(name)), "float32", Golden.DEVICE)) {
      assertBatchIsSingle(other, request("euler_a"), new Start.FromNoise());
    }
  }

  @Test
  void anInpaintingModelMakesSeveralAnswers() throws IOException {
    Path folder = Golden.root().resolve("inpaint");
    ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), folder);
    try (LatentDiffusion inpainting =
        ModelLoader.load(Model.open(temp), "float32", Golden.DEVICE)) {
      Golden runs = Golden.read(folder.resolve("golden/runs.safetensors"));
      try (NDManager local = inpainting.manager().newSubManager()) {
        Start start =
            new Start.FromPicture(
                runs.array("picture", local), Optional.of(runs.array("mask", local)));
        assertBatchIsSingle(inpainting, request("euler_a"), start);
        assertBatchIsSingle(inpainting, request("ddim").withSize(0, 0), new Start.FromNoise());
      }
    }
  }

  @Test
  void aControlNetSteersEachOfSeveralAnswersAsIfAlone() throws IOException {
    Golden control = Golden.read(Golden.root().resolve("control/golden.safetensors"));
    try (LatentDiffusion micro = GoldenRuns.load(Golden.root().resolve("models/micro-fp16"));
        NDManager local = micro.manager().newSubManager()) {
      Optional<NDArray> image = Optional.of(control.array("image.wide", local));
      LoadedAddOns steered = GoldenRuns.steered(micro, image, local);
      Request request = request("euler_a").withSize(24, 16);
      assertBatchIsSingle(micro, request, new Start.FromNoise(), steered);
      float[] free = latents(micro, request, new Start.FromNoise());
      float[] held = latents(micro, request, new Start.FromNoise(), steered);
      assertFalse(Arrays.equals(free, held));
    }
  }

  @Test
  void picturesOfABatchAreThoseOfItsLatents() {
    try (Run run = model.run(batch(request("ddim")), new Start.FromNoise());
        NDManager local = model.manager().newSubManager()) {
      run.forEach(evaluated -> {});
      List<Answer> answers = run.answers();
      assertEquals(BATCH, answers.size());
      for (int i = 0; i < BATCH; i++) {
        float[] alone = model.decode(answers.get(i).latents(), local).toFloatArray();
        float[] together = answers.get(i).picture().toFloatArray();
        golden.assertNear("picture " + i, alone, 1, together, SAME);
        int n = run.latents().toFloatArray().length / BATCH;
        assertArrayEquals(
            Arrays.copyOfRange(run.latents().toFloatArray(), i * n, (i + 1) * n),
            answers.get(i).latents().toFloatArray());
      }
    }
  }

  @Test
  void aShareOfOneIsTheSecondSeedsNoiseAndSeedsBeginAgainAtZero() {
    Request request = request("ddim"); // draws nothing later
    float[] second = latents(model, request.withSeed(7), new Start.FromNoise());
    float[] turned = latents(model, variation(request, 1, 7), new Start.FromNoise());
    golden.assertNear("share 1", second, 1, turned, SAME);
    assertEquals(1, request.withSeed(4294967295L).answer(2).seed());
    Request varied = variation(request, 0.2, 4294967295L).answer(1);
    assertEquals(42, varied.seed());
    assertEquals(0, varied.sampling().variation().seed());
  }

  @Test
  void slerpAgreesWithNumpy() throws IOException {
    float[] a = golden.floats("slerp.a");
    float[] b = golden.floats("slerp.b");
    float[] near = golden.floats("slerp.near");
    for (double t : new double[] {0, 0.25, 1}) {
      golden.assertNear("slerp", golden.floats("slerp.b." + t), 1, Slerp.between(a, b, t), 1e-6);
    }
    float[] line = Slerp.between(a, near, 0.25);
    golden.assertNear("line", golden.floats("slerp.near.0.25"), 1, line, 1e-6);
    assertArrayEquals(a, Slerp.between(a, a, 0.3f), 1e-6f);
    assertArrayEquals(new float[4], Slerp.between(new float[4], new float[4], 0.5));
  }

  @Test
  void wrongSharesSeedsAndBatchesAreRefusedByTheirKeys() {
    assertRefused("share must be between 0 and 1, but is 1.5", () -> new Variation(1.5, 1));
    assertRefused("seed2 must be −1", () -> new Variation(0.5, -2));
    assertRefused("seed2 is used only with share above 0", () -> new Variation(0, 8));
    assertRefused(
        "batch must be between 1 and 64, but is 65",
        () -> Request.defaults().sampling().withBatch(65));
  }

  private static void assertRefused(String beginning, Runnable making) {
    String message = assertThrows(IllegalArgumentException.class, making::run).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
