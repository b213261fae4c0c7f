/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.addons.lora.Loras;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/**
 * Compares runs of few steps with an LCM LoRA, without guidance, with diffusers; {@code
 * src/test/python/lcm_lora.py} makes the files and the numbers.
 */
class LcmLoraTest {

  private static final Path FOLDER = Golden.root().resolve("lcm-lora");

  @ParameterizedTest
  @ValueSource(strings = {"kohya", "diffusers"})
  void wholeRunsAgreeWithDiffusersInEitherNaming(String name) throws IOException {
    Golden runs = Golden.read(FOLDER.resolve("golden/runs.safetensors"));
    Model model = Model.open(Golden.root().resolve("models/micro-fp16"));
    Lora lora = new Lora(LoraFile.open(FOLDER.resolve(name + ".safetensors")), 1);
    try (LatentDiffusion loaded =
        ModelLoader.load(model, new Loras(List.of(lora)), "float32", Golden.DEVICE)) {
      Stream<Executable> proofs =
          GoldenRuns.rows(FOLDER, "runs.json").stream()
              .map(row -> () -> GoldenRuns.prove(loaded, row, runs, runs));
      assertAll(name, proofs);
    }
  }
}
