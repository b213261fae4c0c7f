/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;

/**
 * Compares U-Nets of nine channels with diffusers' inpainting pipelines. Their files are made by
 * src/test/python/inpaint.py and inpaint_xl.py; all other parts of the models are those of
 * micro-fp16 and of xl.
 */
class InpaintTest {

  @TempDir Path temp;

  /** Returns the model, put together from the files of several folders. */
  private LatentDiffusion load(String name) throws IOException {
    Path folder = Golden.root().resolve(name);
    if (!name.equals("inpaint-xl")) {
      ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), folder);
      return ModelLoader.load(Model.open(temp), "float32", Golden.DEVICE);
    }
    ModelCopies.into(temp, folder);
    ModelCopies.into(temp.resolve("model"), Golden.root().resolve("xl/base"), folder);
    Model file = Model.open(temp.resolve("model.safetensors"));
    return ModelLoader.load(file, "float32", Golden.DEVICE);
  }

  private static Golden golden(String name) throws IOException {
    return Golden.read(Golden.root().resolve(name).resolve("golden/runs.safetensors"));
  }

  private static List<JsonObject> rows(String name) throws IOException {
    return GoldenRuns.rows(Golden.root().resolve(name), "runs.json");
  }

  private static float[] finish(Run run) {
    run.forEach(evaluated -> {});
    return run.latents().toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inpaint", "inpaint-v", "inpaint-f4", "inpaint-xl"})
  void runsAgreeWithDiffusers(String name) throws IOException {
    Golden runs = golden(name);
    try (LatentDiffusion model = load(name);
        NDManager manager = model.manager().newSubManager()) {
      NDArray picture = runs.array("picture", manager);
      NDArray mask = runs.array("mask", manager);
      for (JsonObject row : rows(name)) {
        Request request = GoldenRuns.request(row);
        boolean words = row.get("kind").getAsString().equals("txt2img");
        Start masked = new Start.FromPicture(picture, Optional.of(mask));
        try (Run run = model.run(request, words ? new Start.FromNoise() : masked)) {
          run.forEach(evaluated -> {});
          runs.assertNear(row.get("name").getAsString() + ".latents", 1, run.latents(), 1e-3);
        }
      }
    }
  }

  @Test
  void wholePictureWithStrengthOneIsTextToImageToTheBit() throws IOException {
    Request request = GoldenRuns.request(rows("inpaint").get(0)).withStrength(1);
    try (LatentDiffusion model = load("inpaint");
        NDManager manager = model.manager().newSubManager();
        Run words = model.textToImage(request);
        Run picture = model.imageToImage(request, golden("inpaint").array("picture", manager))) {
      assertArrayEquals(finish(words), finish(picture));
    }
  }
}
