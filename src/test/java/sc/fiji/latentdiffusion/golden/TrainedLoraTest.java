/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.Loras;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * Compares a run with a LoRA that was trained here, which diffusers reads, too; {@code
 * src/test/python/trained.py} makes the numbers.
 */
class TrainedLoraTest {

  @Test
  void aTrainedLoraMakesThePicturesHereThatItMakesInDiffusers() throws IOException {
    Path folder = Golden.root().resolve("training");
    Golden runs = Golden.read(folder.resolve("golden/runs.safetensors"));
    Model model = Model.open(Golden.root().resolve("models/sd1"));
    Lora lora = new Lora(LoraFile.open(folder.resolve("trained.safetensors")), 1);
    try (LatentDiffusion loaded =
        ModelLoader.load(model, new Loras(List.of(lora)), "float32", Golden.DEVICE)) {
      for (JsonObject row : GoldenRuns.rows(folder, "runs.json")) {
        GoldenRuns.prove(loaded, row, runs, runs);
      }
    }
  }
}
