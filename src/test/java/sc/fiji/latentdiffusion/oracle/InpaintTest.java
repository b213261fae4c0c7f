package sc.fiji.latentdiffusion.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.io.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * A U-Net of nine channels against diffusers' inpainting pipeline. Its files are made by
 * src/test/python/inpaint.py; all other parts of the model are those of micro-fp16.
 */
class InpaintTest {

  private static final Path FOLDER = Golden.root().resolve("inpaint");

  @TempDir Path temp;
  private LatentDiffusion model;
  private NDManager manager;
  private Golden runs;

  @BeforeEach
  void load() throws IOException {
    copy(Golden.root().resolve("models/micro-fp16"));
    copy(FOLDER);
    model = LatentDiffusion.load(Model.open(temp), "float32", "cpu");
    manager = model.manager().newSubManager();
    runs = Golden.read(FOLDER.resolve("golden/runs.safetensors"));
  }

  @AfterEach
  void close() {
    manager.close();
    model.close();
  }

  private void copy(Path from) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = temp.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.deleteIfExists(to);
        Files.copy(file, to);
      }
    }
  }

  private static float[] finish(Run run) {
    while (run.hasNext()) run.next();
    return run.latents().toFloatArray();
  }

  @Test
  void runsAgreeWithDiffusers() throws IOException {
    NDArray picture = runs.array("picture", manager);
    NDArray mask = runs.array("mask", manager);
    for (JsonObject row : ModelsTest.rows(FOLDER, "runs.json")) {
      Request request = ModelsTest.request(row);
      boolean words = row.get("kind").getAsString().equals("txt2img");
      try (Run run =
          words ? model.textToImage(request) : model.imageToImage(request, picture, mask)) {
        while (run.hasNext()) run.next();
        String name = row.get("name").getAsString();
        runs.assertNear(name + ".latents", 1, run.latents(), 1e-3);
      }
    }
  }

  @Test
  void wholePictureWithStrengthOneIsTextToImageToTheBit() throws IOException {
    List<JsonObject> rows = ModelsTest.rows(FOLDER, "runs.json");
    Request request = ModelsTest.request(rows.get(0)).withStrength(1);
    try (Run words = model.textToImage(request);
        Run picture = model.imageToImage(request, runs.array("picture", manager))) {
      assertArrayEquals(finish(words), finish(picture));
    }
  }
}
