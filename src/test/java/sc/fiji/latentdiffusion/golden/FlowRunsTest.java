/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Lockstep;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.StepRange;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * Whole runs of models of flow matching: U-Nets without words and with, from noise, from a picture,
 * on a part of one, and backwards. {@code src/test/python/flow.py} makes the goldens with
 * diffusers' schedulers.
 */
class FlowRunsTest {

  @TempDir Path temp;

  private static Golden golden() throws IOException {
    return Golden.read(Golden.root().resolve("flow.safetensors"));
  }

  private static List<JsonObject> rows() throws IOException {
    String text = Files.readString(Golden.root().resolve("flow.json"));
    JsonArray rows = JsonParser.parseString(text).getAsJsonArray();
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.getAsJsonObject())
        .toList();
  }

  private static JsonObject row(String name) throws IOException {
    return rows().stream()
        .filter(row -> row.get("name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The model of a run, with the run's scheduler_config.json. */
  private LatentDiffusion model(JsonObject row) throws IOException {
    String from = hasWords(row) ? "models/" : "unet2d_models/";
    return model(from + row.get("model").getAsString(), row.get("config").toString());
  }

  private LatentDiffusion model(String golden, String config) throws IOException {
    Path copy = temp.resolve(golden);
    ModelCopies.into(copy, Golden.root().resolve(golden));
    Files.writeString(copy.resolve("scheduler/scheduler_config.json"), config);
    return GoldenRuns.load(copy);
  }

  private static boolean hasWords(JsonObject row) {
    return row.get("model").getAsString().startsWith("sd");
  }

  private static Request request(JsonObject row, LatentDiffusion model) {
    Request words = GoldenRuns.guided(row.get("scheduler").getAsString());
    Request wordless = words.withPrompt("", "").withGuidance(GuidanceOptions.DEFAULT);
    return (hasWords(row) ? words.withGuidance(guidance(row)) : wordless)
        .withSteps(row.get("steps").getAsInt())
        .withStrength(row.get("strength").getAsDouble())
        .withSize(
            row.get("width").getAsInt() * model.factor(),
            row.get("height").getAsInt() * model.factor());
  }

  private static GuidanceOptions guidance(JsonObject row) {
    boolean isZero = row.get("name").getAsString().endsWith("zero");
    Guide guide = isZero ? new Guide.ZeroStar(Guide.ZeroStar.STEPS) : Guide.CFG;
    return new GuidanceOptions(List.of(row.get("guidance").getAsDouble()), 0, 1, guide, 0);
  }

  private static Start start(JsonObject row, NDManager owner) throws IOException {
    String kind = row.get("kind").getAsString();
    if (kind.equals("text")) return new Start.FromNoise();
    if (kind.equals("invert")) return new Start.Inversion(golden().array("latents", owner));
    Golden vae = Golden.read(Golden.root().resolve("models/sd1/golden/vae.safetensors"));
    NDArray picture = vae.array("picture", owner).get(":, :, :64, :64");
    boolean isMasked = kind.equals("masked");
    return new Start.FromPicture(
        picture, isMasked ? Optional.of(golden().array("mask", owner)) : Optional.empty());
  }

  private static float[] latents(LatentDiffusion model, Request request, Start start) {
    try (Run run = model.run(request, start)) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  @TestFactory
  Stream<DynamicTest> runsAgreeWithDiffusers() throws IOException {
    assertEquals(16, rows().size());
    return rows().stream()
        .map(row -> DynamicTest.dynamicTest(row.get("name").getAsString(), () -> agrees(row)));
  }

  private void agrees(JsonObject row) throws IOException {
    String name = row.get("name").getAsString();
    try (LatentDiffusion model = model(row);
        NDManager owner = model.manager().newSubManager()) {
      float[] found = latents(model, request(row, model), start(row, owner));
      golden().assertNear(name, golden().floats(name), 1, found, 1e-3);
    }
  }

  /** The shift of a picture of 24 × 16 pixels, under a ControlNet. */
  @Test
  void aControlNetSteers() throws IOException {
    String config = row("sd1-large").get("config").toString();
    Golden control = Golden.read(Golden.root().resolve("control/golden.safetensors"));
    try (LatentDiffusion model = model("models/micro-fp16", config);
        NDManager owner = model.manager().newSubManager()) {
      Optional<NDArray> image = Optional.of(control.array("image.wide", owner));
      Request request = GoldenRuns.guided("euler").withSteps(6).withSize(24, 16);
      LoadedAddOns steering = GoldenRuns.steered(model, image, owner);
      try (Run run = model.run(request, new Start.FromNoise(), steering)) {
        run.forEach(evaluated -> {});
        golden().assertNear("controlled", 1, run.latents(), 1e-3);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"euler", "heun"})
  void slicesAgree(String scheduler) throws IOException {
    Golden vae = Golden.read(Golden.root().resolve("models/sd1/golden/vae.safetensors"));
    try (LatentDiffusion model = model(row("sd1"));
        NDManager owner = model.manager().newSubManager()) {
      NDArray picture = vae.array("picture", owner).get(":, :, :64, :64");
      List<NDArray> slices = List.of(picture, picture.flip(3), picture.mul(0.5f));
      Request request = GoldenRuns.guided(scheduler).withSteps(6).withStrength(0.67);
      List<float[]> found = new ArrayList<>();
      Lockstep.Slices opened =
          k -> {
            Start start = new Start.FromPicture(slices.get(k), Optional.empty());
            return new Slice(model.run(request, start), found);
          };
      new Lockstep(model, 0.5, 3, opened).run();
      for (int k = 0; k < 3; k++) {
        float[] expected = golden().slice("coherent." + scheduler, k);
        golden().assertNear(scheduler + ", slice " + k, expected, 1, found.get(k), 1e-3);
      }
    }
  }

  /** A slice of a stack, which writes down its final latents. */
  private record Slice(Run run, List<float[]> found) implements Lockstep.Slice {

    @Override
    public void accept(Evaluated evaluated) {}

    @Override
    public void finish() {
      found.add(run.latents().toFloatArray());
    }

    @Override
    public void close() {
      run.close();
    }
  }

  /** A run that stops and is resumed, also where it draws noise. */
  @TestFactory
  Stream<DynamicTest> aRunInTwoPartsEqualsTheWhole() {
    return Stream.of("sd1-large", "sd1-zero", "sd1-heun", "rgb-jumps", "grey-odd")
        .map(name -> DynamicTest.dynamicTest(name, () -> resumes(row(name))));
  }

  private void resumes(JsonObject row) throws IOException {
    try (LatentDiffusion model = model(row);
        NDManager owner = model.manager().newSubManager()) {
      Request request = request(row, model);
      NDArray half = null;
      try (Run run = model.textToImage(request)) {
        for (Evaluated evaluated : run) {
          if (half == null && evaluated.evaluation().step() == 2) {
            half = evaluated.sample().duplicate();
            half.attach(owner);
          }
        }
        Start rest = new Start.FromLatents(half, new StepRange(2, -1, false), Optional.empty());
        assertArrayEquals(run.latents().toFloatArray(), latents(model, request, rest));
      }
    }
  }

  @Test
  void theUsualNumberOfZeroStepsIsOneAndTold() throws IOException {
    JsonObject row = row("sd1-zero");
    try (LatentDiffusion model = model(row);
        Run run = model.textToImage(request(row, model))) {
      assertEquals(1, run.request().resolved().get("zerosteps"));
    }
    try (LatentDiffusion betas = GoldenRuns.load(Golden.root().resolve("models/sd1"));
        Run run = betas.textToImage(request(row, betas))) {
      assertEquals(0, run.request().resolved().get("zerosteps"));
    }
  }

  /** The shift is that of the whole latents. */
  @Test
  void viewsOfALargePictureHaveOneSchedule() throws IOException {
    JsonObject row = row("sd1-large");
    try (LatentDiffusion model = model(row)) {
      Request tiled = request(row, model).withTiling(new Tiling(64, 32));
      try (Run whole = model.textToImage(request(row, model));
          Run views = model.textToImage(tiled)) {
        assertEquals(whole.plan(), views.plan());
        assertEquals(2, views.views().size());
        views.forEach(evaluated -> {});
        assertTrue(views.latents().toFloatArray().length > 0);
      }
    }
  }

  @Test
  void answersOfABatchEqualSingleOnes() throws IOException {
    JsonObject row = row("sd1-jumps");
    try (LatentDiffusion model = model(row)) {
      Request request = request(row, model).withStrength(1);
      try (Run both = model.textToImage(request.withSampling(request.sampling().withBatch(2)))) {
        both.forEach(evaluated -> {});
        float[] latents = both.latents().toFloatArray();
        for (int i = 0; i < 2; i++) {
          float[] alone = latents(model, request.answer(i), new Start.FromNoise());
          float[] part = Arrays.copyOfRange(latents, i * 256, (i + 1) * 256);
          golden().assertNear("answer " + i, alone, 1, part, 1e-3);
        }
      }
    }
  }
}
