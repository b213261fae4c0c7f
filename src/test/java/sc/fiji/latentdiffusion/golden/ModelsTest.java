/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.clip.CLIPTokenizer;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * Compares each stage and whole runs of models with diffusers. Each folder of goldens is a case.
 */
class ModelsTest {

  static Stream<Path> models() {
    return Golden.folders("models");
  }

  private static Golden golden(Path folder, String stage) throws IOException {
    return Golden.read(folder.resolve("golden/" + stage + ".safetensors"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void tokensAreTransformers(Path folder) throws IOException {
    try (CLIPTokenizer tokenizer =
        CLIPTokenizer.of(ModelFolder.open(folder), "tokenizer", "text_encoder")) {
      for (JsonObject row : GoldenRuns.rows(folder, "tokens.json")) {
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
          GoldenRuns.rows(folder, "runs.json").stream()
              .map(row -> () -> GoldenRuns.prove(model, row, runs, vae));
      assertAll(folder.getFileName().toString(), proofs);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void strengthOneIsTextToImageToTheBitAndStrengthZeroHasNoStep(Path folder) throws IOException {
    JsonObject row = GoldenRuns.rows(folder, "runs.json").get(0);
    try (LatentDiffusion model =
            ModelLoader.load(ModelFolder.open(folder), "float32", Golden.DEVICE);
        NDManager manager = model.manager().newSubManager()) {
      Request request = GoldenRuns.request(row).withSteps(3);
      NDArray picture = GoldenRuns.picture(request, golden(folder, "vae"), manager);
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
