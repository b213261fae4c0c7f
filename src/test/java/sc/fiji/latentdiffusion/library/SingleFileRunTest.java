/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;

/** Runs models from single files; {@code src/test/python/original.py} makes them of folders. */
class SingleFileRunTest {

  private static final Request REQUEST =
      Request.defaults().withSteps(3).withSeed(42).withPrompt("many green nuclei", "blurry");

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"micro.safetensors", "micro.ckpt"})
  void singleFileWithTheFoldersSettingsGivesTheFoldersPictureToTheBit(String name)
      throws IOException {
    Path folder = TestResources.MICRO;
    copySettings(folder, temp.resolve("micro"));
    Files.copy(TestResources.original(name), temp.resolve(name));
    assertArrayEquals(run(Model.open(folder)), run(Model.open(temp.resolve(name))));
  }

  @Test
  void partsOfDifferentModelsAreRefused() throws IOException {
    ModelCopies.into(temp, TestResources.SD1);
    ModelCopies.into(temp.resolve("text_encoder"), TestResources.MICRO.resolve("text_encoder"));
    Files.delete(temp.resolve("text_encoder/model.safetensors"));
    Model mixed = Model.open(temp);
    String message =
        assertThrows(IOException.class, () -> ModelLoader.load(mixed, "float32", "cpu"))
            .getMessage();
    assertTrue(message.contains("takes a conditioning of 24 numbers"), message);
    assertTrue(message.contains("give 16: they belong to different models"), message);
  }

  /** Each kind once, with how many there are. */
  @Test
  void tensorsBesideAModelAreNotedOnceAKindAndChangeNoPixel() throws IOException {
    copySettings(TestResources.MICRO, temp.resolve("x"));
    Path file = Files.copy(TestResources.MICRO_SAFETENSORS, temp.resolve("x.safetensors"));
    assertEquals(List.of(), warnings(file));
    float[] plain = run(Model.open(file));
    TensorsWritten tensors = new TensorsWritten();
    tensors.copy(TensorFile.read(TestResources.MICRO_SAFETENSORS).tensors());
    tensors.add("lora_unet_conv_in.alpha", 1).add("lora_unet_conv_out.alpha", 1);
    tensors.add("emb_params", 1, 24).add("control_model.zero_convs.0.0.weight", 1);
    tensors.write(file);
    String note =
        file
            + " holds tensors beside the model that are not used: 1 of a ControlNet"
            + " (control_model.zero_convs.0.0.weight), 2 of a LoRA (lora_unet_conv_in.alpha, …),"
            + " 1 of a textual inversion (emb_params). The pictures are those of the model without"
            + " them.";
    assertEquals(List.of(note), warnings(file));
    assertArrayEquals(plain, run(Model.open(file)));
  }

  private static List<String> warnings(Path file) throws IOException {
    try (LatentDiffusion model = ModelLoader.load(Model.open(file), "float32", "cpu");
        Run run = model.textToImage(REQUEST)) {
      return run.warnings();
    }
  }

  private static void copySettings(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from, 2)) {
      for (Path file : files.filter(f -> f.toString().matches(".*\\.(json|txt)")).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Files.delete(to.resolve("model_index.json"));
  }

  private static float[] run(Model files) throws IOException {
    try (LatentDiffusion model = ModelLoader.load(files, "float32", "cpu");
        Run run = model.textToImage(REQUEST)) {
      run.forEach(evaluated -> {});
      return model.decode(run.latents(), run.latents().getManager()).toFloatArray();
    }
  }
}
