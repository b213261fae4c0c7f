/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.models.prompts.TokenRows;
import sc.fiji.latentdiffusion.models.seeing.InstructPix2Pix;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;
import sc.fiji.latentdiffusion.pipeline.Start.FromPicture.Beside;
import sc.fiji.latentdiffusion.probes.NetworkSample;
import sc.fiji.latentdiffusion.probes.NoiseProbe;

/**
 * Compares runs of U-Nets that see an image beside their latents with diffusers' pipelines. Their
 * files are made by src/test/python/seeing.py; all other parts of the models are those of
 * golden/models/micro-fp16.
 */
class SeeingTest {

  private static final Path MODELS = Golden.root().resolve("seeing");

  @TempDir Path temp;

  private LatentDiffusion load(String name) throws IOException {
    ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), MODELS.resolve(name));
    return GoldenRuns.load(temp);
  }

  private static Golden golden(String name) throws IOException {
    return Golden.read(MODELS.resolve(name).resolve("golden/runs.safetensors"));
  }

  private static List<JsonObject> rows(String name) throws IOException {
    return GoldenRuns.rows(MODELS.resolve(name), "runs.json");
  }

  private static Request request(JsonObject row) {
    Request request = GoldenRuns.request(row);
    double image = row.get("imageguidance").getAsDouble();
    return request.withGuidance(request.guidance().withImage(image));
  }

  /** Returns the start of a run, which is shown depth if the model sees it. */
  private static Start start(LatentDiffusion model, Golden golden, int noise, NDManager manager)
      throws IOException {
    boolean takesDepth = model.sight().orElseThrow().takesDepth();
    Optional<NDArray> depth =
        takesDepth ? Optional.of(golden.array("depth", manager)) : Optional.empty();
    return new Start.FromPicture(
        golden.array("picture", manager),
        Optional.empty(),
        List.of(),
        new Beside(depth, noise),
        Optional.empty());
  }

  private static Start start(LatentDiffusion model, Golden golden, NDManager manager)
      throws IOException {
    return start(model, golden, Beside.NOISE_LEVEL, manager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pix2pix", "depth", "upscaler", "stained"})
  void runsAgreeWithDiffusers(String name) throws IOException {
    Golden golden = golden(name);
    try (LatentDiffusion model = load(name);
        NDManager manager = model.manager().newSubManager()) {
      for (JsonObject row : rows(name)) {
        String run = row.get("name").getAsString();
        Start start = start(model, golden, row.get("noiselevel").getAsInt(), manager);
        try (Run made = model.run(request(row), start)) {
          made.forEach(evaluated -> {});
          golden.assertNear(run + ".latents", 1, made.latents(), 1e-3);
          golden.assertWithinOne(run + ".picture", model.decode(made.latents(), manager));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"depth", "normals"})
  void marigoldAgreesWithDiffusers(String kind) throws IOException {
    Golden golden = golden("marigold");
    ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), MODELS.resolve("marigold"));
    Path index = temp.resolve("model_index.json");
    String named = "Marigold" + (kind.equals("depth") ? "Depth" : "Normals");
    Files.writeString(index, Files.readString(index).replace("MarigoldDepth", named));
    Request request = Request.defaults().withSteps(4).withScheduler("ddim").withSeed(7);
    try (LatentDiffusion model = GoldenRuns.load(temp);
        NDManager manager = model.manager().newSubManager();
        Run run = model.run(request, start(model, golden, manager))) {
      run.forEach(evaluated -> {});
      golden.assertNear(kind + ".latents", 1, run.latents(), 1e-3);
      NDArray decoded = run.picture();
      NDArray values = kind.equals("depth") ? decoded.get(":, :1").div(2).add(0.5) : decoded;
      golden.assertNear(kind, 1, values, 1.0 / 255);
    }
  }

  /** The number of channels says what the U-Net of a single file sees. */
  @Test
  void aSingleFileOfStableDiffusionXLAgreesWithDiffusers() throws IOException {
    Path folder = Golden.root().resolve("seeing-xl");
    ModelCopies.into(temp, folder);
    ModelCopies.into(temp.resolve("model"), Golden.root().resolve("xl/base"), folder);
    Golden golden = Golden.read(folder.resolve("golden/runs.safetensors"));
    try (LatentDiffusion model = GoldenRuns.load(temp.resolve("model.safetensors"));
        NDManager manager = model.manager().newSubManager()) {
      for (JsonObject row : GoldenRuns.rows(folder, "runs.json")) {
        try (Run run = model.run(request(row), start(model, golden, manager))) {
          run.forEach(evaluated -> {});
          golden.assertNear(row.get("name").getAsString() + ".latents", 1, run.latents(), 1e-3);
        }
      }
    }
  }

  @Test
  void cosXLEditSeesTheLatentsAsTheyAreScaled() throws IOException {
    ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), MODELS.resolve("pix2pix"));
    Path index = temp.resolve("model_index.json");
    String text = Files.readString(index);
    Files.writeString(index, text.replaceFirst("\\{", "{\"is_cosxl_edit\": true,"));
    try (LatentDiffusion model = GoldenRuns.load(temp)) {
      assertEquals(Optional.of(new InstructPix2Pix(4, true)), model.sight());
    }
  }

  @Test
  void eachAnswerOfABatchIsThatOfARunAlone() throws IOException {
    for (String name : List.of("pix2pix", "upscaler")) {
      Golden golden = golden(name);
      Request request = request(rows(name).get(0));
      try (LatentDiffusion model = load(name);
          NDManager manager = model.manager().newSubManager();
          Run batch =
              model.run(
                  request.withSampling(request.sampling().withBatch(2)),
                  start(model, golden, manager));
          Run second = model.run(request.withSeed(8), start(model, golden, manager))) {
        batch.forEach(evaluated -> {});
        second.forEach(evaluated -> {});
        float[] alone = second.latents().toFloatArray();
        assertArrayEquals(alone, batch.latents().get("1:2").toFloatArray(), 1e-4f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pix2pix", "depth", "upscaler", "stained", "marigold"})
  void noiseAloneIsRefusedWithWhatToDo(String name) throws IOException {
    try (LatentDiffusion model = load(name)) {
      var e =
          assertThrows(IllegalArgumentException.class, () -> model.textToImage(Request.defaults()));
      assertTrue(e.getMessage().contains("run Image to Image"), e::getMessage);
    }
  }

  @Test
  void anyStrengthCountsAsOneButForDepth() throws IOException {
    for (String name : List.of("pix2pix", "depth")) {
      Golden golden = golden(name);
      try (LatentDiffusion model = load(name);
          NDManager manager = model.manager().newSubManager();
          Run run =
              model.run(
                  request(rows(name).get(0)).withStrength(0.5), start(model, golden, manager))) {
        assertEquals(name.equals("depth") ? 2 : 4, run.size());
        boolean isSaid = run.warnings().stream().anyMatch(note -> note.contains("strength 0.5"));
        assertEquals(!name.equals("depth"), isSaid);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pix2pix, zero, guide must be cfg",
    "pix2pix, apg, guide must be cfg",
    "pix2pix, noise, noiselevel must be 20 (its default)",
    "pix2pix, depth, depth must be empty",
    "depth, none, depth must be an image",
    "depth, image, imageguidance must be 1.5 (its default)",
    "upscaler, noise, noiselevel must be between 0 and 350",
    "upscaler, class, class must be −1",
    "marigold, prompt, prompt must be empty",
    "marigold, guidance, guidance must be 4"
  })
  void whatAModelDoesNotTakeIsRefused(String name, String what, String message) throws IOException {
    Golden golden = golden(name.equals("marigold") ? "depth" : name);
    Request request = Request.defaults().withSteps(2).withScheduler("ddim");
    GuidanceOptions guidance = request.guidance();
    Guide guide = what.equals("apg") ? Guide.Projected.DEFAULT : new Guide.ZeroStar(-1);
    request =
        switch (what) {
          case "zero", "apg" ->
              request.withGuidance(new GuidanceOptions(guidance.scales(), 0, 1, guide, 0));
          case "image" -> request.withGuidance(guidance.withImage(2));
          case "class" -> request.withPrompting(request.prompting().withLabel(3));
          case "prompt" -> request.withPrompt("a cell", "");
          case "guidance" -> request.withGuidance(7);
          default -> request;
        };
    Request asked = request;
    try (LatentDiffusion model = load(name);
        NDManager manager = model.manager().newSubManager()) {
      boolean isShown = what.equals("depth") || name.equals("depth") && !what.equals("none");
      Beside beside =
          new Beside(
              isShown ? Optional.of(golden.array("depth", manager)) : Optional.empty(),
              what.equals("noise") ? 351 : Beside.NOISE_LEVEL);
      Start start =
          new Start.FromPicture(
              golden.array("picture", manager),
              Optional.empty(),
              List.of(),
              beside,
              Optional.empty());
      var e = assertThrows(IllegalArgumentException.class, () -> model.run(asked, start));
      assertTrue(e.getMessage().contains(message), e::getMessage);
    }
  }

  @Test
  void depthOfOneValueIsRefused() throws IOException {
    Golden golden = golden("depth");
    try (LatentDiffusion model = load("depth");
        NDManager manager = model.manager().newSubManager()) {
      NDArray flat = golden.array("depth", manager).mul(0);
      Start start =
          new Start.FromPicture(
              golden.array("picture", manager),
              Optional.empty(),
              List.of(),
              new Beside(Optional.of(flat), Beside.NOISE_LEVEL),
              Optional.empty());
      try (Run run = model.run(request(rows("depth").get(0)), start)) {
        var e = assertThrows(IllegalArgumentException.class, run::iterator);
        assertTrue(e.getMessage().contains("several values"), e::getMessage);
      }
    }
  }

  private static Optional<TokenRows> rows(Golden golden, int width) throws IOException {
    List<Float> numbers = new ArrayList<>();
    for (float number : golden.floats("table")) numbers.add(number);
    List<List<Float>> rows = new ArrayList<>();
    for (int i = 0; i + width <= numbers.size(); i += width) {
      rows.add(numbers.subList(i, i + width));
    }
    return Optional.of(new TokenRows("Markers", rows));
  }

  @Test
  void theRowsOfATableAreTokensOfAModelWithoutATextEncoder() throws IOException {
    Golden golden = golden("rows");
    JsonObject row = rows("rows").get(0);
    Prompting prompting = Prompting.DEFAULT.withLabel(row.get("class").getAsInt());
    try (LatentDiffusion model = load("rows")) {
      Request request = GoldenRuns.request(row).withPrompting(prompting);
      Request told = request.withPrompting(prompting.withRows(rows(golden, 16)));
      try (Run run = model.textToImage(told)) {
        run.forEach(evaluated -> {});
        golden.assertNear(row.get("name").getAsString() + ".latents", 1, run.latents(), 1e-3);
      }
      refused(model, request, "conditioning must be the title of a table of 16 columns");
      Request narrow = request.withPrompting(prompting.withRows(rows(golden, 8)));
      refused(model, narrow, "Markers, which has 8");
      refused(model, told.withGuidance(7), "guidance must be 4");
      Prompting worded = told.prompting().withTexts("a cell", "");
      refused(model, told.withPrompting(worded), "prompt must be empty");
    }
  }

  private static void refused(LatentDiffusion model, Request request, String message) {
    var e = assertThrows(IllegalArgumentException.class, () -> model.textToImage(request));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  @Test
  void aTableIsRefusedForAModelThatTakesWords() throws IOException {
    Golden golden = golden("rows");
    try (LatentDiffusion model = GoldenRuns.load(Golden.root().resolve("models/micro-fp16"))) {
      Prompting prompting = Prompting.DEFAULT.withRows(rows(golden, 16));
      refused(
          model,
          Request.defaults().withPrompting(prompting),
          "conditioning must be empty, as the model takes no table, but is Markers");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pix2pix", "depth", "upscaler", "stained", "marigold", "rows"})
  void networksAreCheckedWithoutAnImage(String name) throws IOException {
    try (LatentDiffusion model = load(name)) {
      for (float value : NetworkSample.output(model)) assertTrue(Float.isFinite(value));
    }
  }

  @Test
  void probesOfNoiseRefuseAModelThatSeesAnImage() throws IOException {
    try (LatentDiffusion model = load("depth");
        NDManager manager = model.manager().newSubManager()) {
      NDArray latents = manager.zeros(new Shape(1, 4, 8, 8));
      NoiseProbe.Options options = new NoiseProbe.Options(2, 1, 7);
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  new NoiseProbe(
                      model,
                      Request.defaults(),
                      options,
                      List.of("a cell"),
                      latents,
                      LoadedAddOns.NONE,
                      manager));
      assertTrue(e.getMessage().contains("depth image"), e::getMessage);
    }
  }
}
