package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.clip.CLIPTokenizer;
import sc.fiji.latentdiffusion.pipeline.Evaluated;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * Compares each stage and whole runs of models with diffusers. Each folder of goldens is a case.
 */
class ModelsTest {

  private static final double RUN = 1e-3;

  static Stream<Path> models() {
    return Golden.folders("models");
  }

  private static Golden golden(Path folder, String stage) throws IOException {
    return Golden.read(folder.resolve("golden/" + stage + ".safetensors"));
  }

  static List<JsonObject> rows(Path folder, String file) throws IOException {
    List<JsonObject> rows = new ArrayList<>();
    String text = Files.readString(folder.resolve("golden/" + file));
    JsonParser.parseString(text).getAsJsonArray().forEach(row -> rows.add(row.getAsJsonObject()));
    return rows;
  }

  @ParameterizedTest
  @MethodSource("models")
  void tokensAreTransformers(Path folder) throws IOException {
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(ModelFolder.open(folder), "tokenizer", "text_encoder")) {
      for (JsonObject row : rows(folder, "tokens.json")) {
        String prompt = row.get("prompt").getAsString();
        long[] ids =
            row.getAsJsonArray("ids").asList().stream().mapToLong(JsonElement::getAsLong).toArray();
        assertArrayEquals(
            ids, tokenizer.encode(prompt).ids(), () -> folder.getFileName() + ": " + prompt);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void textEncoderUnetAndVaeAgreeWithDiffusers(Path folder) throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    try (NetworkProofs networks = new NetworkProofs()) {
      networks.prove(
          networks.text(model.tensors("text_encoder"), model.config("text_encoder")),
          golden(folder, "text"));
      networks.prove(
          networks.unet(model.tensors("unet"), model.config("unet")), golden(folder, "unet"));
      networks.prove(
          networks.vae(model.tensors("vae"), model.config("vae")), golden(folder, "vae"));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void wholeRunsAgreeWithDiffusers(Path folder) throws IOException {
    Golden runs = golden(folder, "runs");
    Golden vae = golden(folder, "vae");
    try (LatentDiffusion model =
        ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE)) {
      Stream<Executable> proofs =
          rows(folder, "runs.json").stream().map(row -> () -> prove(model, row, runs, vae));
      assertAll(folder.getFileName().toString(), proofs);
    }
  }

  static void prove(LatentDiffusion model, JsonObject row, Golden runs, Golden vae)
      throws IOException {
    String name = row.get("name").getAsString();
    Request request = request(row);
    try (NDManager manager = model.manager().newSubManager();
        Run run = begin(model, row, request, vae, manager)) {
      int i = 0;
      for (Evaluated evaluated : run) {
        float[] x = evaluated.next().toFloatArray();
        if (runs.has(name + ".steps")) {
          String step = name + " after step " + i;
          float[] expected = runs.slice(name + ".steps", i);
          runs.assertNear(step, expected, 1, x, onTheWay(expected));
        }
        i++;
      }
      runs.assertNear(name + ".latents", 1, run.latents(), RUN);
      if (runs.has(name + ".picture")) {
        runs.assertWithinOne(name + ".picture", model.decode(run.latents(), manager));
      }
    }
  }

  /**
   * Returns the tolerance of a sample within a run: samples may be as large as sigma, at most 4096.
   */
  private static double onTheWay(float[] x) {
    double largest = 0;
    for (float value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    return RUN * Math.max(2, largest / 1000);
  }

  private static Run begin(
      LatentDiffusion model, JsonObject row, Request request, Golden vae, NDManager manager)
      throws IOException {
    return row.get("kind").getAsString().equals("txt2img")
        ? model.textToImage(request)
        : model.imageToImage(request, picture(request, vae, manager));
  }

  /** Returns the upper left part of the picture, in the request's size. */
  private static NDArray picture(Request request, Golden vae, NDManager manager)
      throws IOException {
    String part = ":, :, :" + request.height() + ", :" + request.width();
    return vae.array("picture", manager).get(part);
  }

  static Request request(JsonObject row) {
    return Request.defaults()
        .withSize(row.get("width").getAsInt(), row.get("height").getAsInt())
        .withSteps(row.get("steps").getAsInt())
        .withStrength(row.get("strength").getAsDouble())
        .withGuidance(row.get("guidance").getAsDouble())
        .withScheduler(row.get("scheduler").getAsString())
        .withSeed(row.get("seed").getAsLong())
        .withPrompt(row.get("prompt").getAsString(), row.get("negative").getAsString());
  }

  @ParameterizedTest
  @MethodSource("models")
  void strengthOneIsTextToImageToTheBitAndStrengthZeroHasNoStep(Path folder) throws IOException {
    JsonObject row = rows(folder, "runs.json").get(0);
    try (LatentDiffusion model =
            ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE);
        NDManager manager = model.manager().newSubManager()) {
      Request request = request(row).withSteps(3);
      NDArray picture = picture(request, golden(folder, "vae"), manager);
      try (Run words = model.textToImage(request);
          Run whole = model.imageToImage(request.withStrength(1), picture);
          Run none = model.imageToImage(request.withStrength(0), picture)) {
        assertArrayEquals(finish(words), finish(whole), folder.getFileName().toString());
        assertEquals(0, none.size());
      }
    }
  }

  private static float[] finish(Run run) {
    run.forEach(evaluated -> {});
    return run.latents().toFloatArray();
  }
}
