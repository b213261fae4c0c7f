/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/**
 * Compares runs of few steps without guidance, those of Stable Diffusion XL Turbo and of latent
 * consistency models, with diffusers; {@code src/test/python/distilled.py} makes the goldens.
 */
class DistilledTest {

  private static final Path FOLDER = Golden.root().resolve("distilled");

  @TempDir Path temp;

  static List<JsonObject> runs() throws IOException {
    String text = Files.readString(FOLDER.resolve("runs.json"));
    return JsonParser.parseString(text).getAsJsonArray().asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private Model model(String name) throws IOException {
    if (name.equals("lcm")) {
      ModelCopies.into(temp, Golden.root().resolve("models/micro-fp16"), FOLDER.resolve("lcm"));
      return Model.open(temp);
    }
    ModelCopies.into(temp.resolve("base"), Golden.root().resolve("xl/base"));
    Files.copy(
        FOLDER.resolve("turbo.json"),
        temp.resolve("base/scheduler/scheduler_config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Path file = temp.resolve("base.safetensors");
    Files.copy(Golden.root().resolve("xl/base.safetensors"), file);
    return Model.open(file);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void wholeRunsAgreeWithDiffusers(JsonObject row) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("golden.safetensors"));
    String kind = row.get("model").getAsString();
    Request request = GoldenRuns.request(row);
    boolean words = row.get("kind").getAsString().equals("txt2img");
    Model files = model(kind);
    try (LatentDiffusion model = ModelLoader.load(files, "float32", Golden.DEVICE);
        NDManager manager = model.manager().newSubManager()) {
      GuidanceForm form = model.networks().denoiser().takes().guidance();
      assertEquals(form, Families.of(files).guidance(files));
      NDArray picture = golden.array("picture." + kind, manager);
      try (Run run = words ? model.textToImage(request) : model.imageToImage(request, picture)) {
        run.forEach(evaluated -> {});
        golden.assertNear(row.get("name").getAsString() + ".latents", 1, run.latents(), 1e-3);
      }
    }
  }
}
