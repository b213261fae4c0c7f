/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNets;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.pipeline.Start;

/** Stable Diffusion 2 under control: v-prediction, heads by level, linear projections. */
class StableDiffusion2ControlTest {

  private static final Path FOLDER = Golden.root().resolve("control-sd2");

  static Stream<JsonObject> runs() throws IOException {
    String json = Files.readString(FOLDER.resolve("runs.json"));
    return StreamSupport.stream(JsonParser.parseString(json).getAsJsonArray().spliterator(), false)
        .map(row -> row.getAsJsonObject());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void wholeRunsAgreeWithDiffusers(JsonObject row) throws IOException {
    Golden golden = Golden.read(FOLDER.resolve("golden.safetensors"));
    Model files = Model.open(Golden.root().resolve("models/sd2"));
    try (LatentDiffusion model = ModelLoader.load(files, "float32", Golden.DEVICE);
        NDManager manager = model.manager().newSubManager()) {
      NDArray image = enlarged(golden.array("image", manager));
      LoadedAddOns added = additions(model, row, image);
      NDArray picture = enlarged(golden.array("picture", manager));
      boolean words = row.get("kind").getAsString().equals("txt2img");
      Start start =
          words ? new Start.FromNoise() : new Start.FromPicture(picture, Optional.empty());
      try (Run run = model.run(GoldenRuns.request(row), start, added)) {
        run.forEach(evaluated -> {});
        golden.assertNear(row.get("name").getAsString() + ".latents", 1, run.latents(), 1e-3);
      }
    }
  }

  private static NDArray enlarged(NDArray image) {
    return image.repeat(2, 4).repeat(3, 4);
  }

  private static LoadedAddOns additions(LatentDiffusion model, JsonObject row, NDArray image)
      throws IOException {
    Entry entry =
        new Entry(
            "sd2",
            row.get("weight").getAsDouble(),
            row.get("start").getAsDouble(),
            row.get("end").getAsDouble(),
            "");
    ControlNets net = new ControlNets(List.of(entry), List.of(ControlNetFile.open(FOLDER)));
    return model.load(net, new GoldenImages(Map.of("", image)), image.getManager());
  }
}
