/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelNames;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;

/** Single files without text encoders or VAE, which come from files of their own. */
class EncodersTest {

  @TempDir Path temp;

  private static Path golden(String name) {
    return Golden.root().resolve("sd3").resolve(name);
  }

  /** The tiny file of Stable Diffusion 3.5 large in pieces; all settings lie beside them. */
  @BeforeEach
  void cut() throws IOException {
    for (String name : new String[] {"whole", "bare"}) {
      ModelCopies.into(temp.resolve(name), golden("shared"), golden("large"));
    }
    Files.copy(golden("large.safetensors"), temp.resolve("whole.safetensors"));
    Map<String, StoredTensor> all = TensorFile.read(golden("large.safetensors")).tensors();
    Map<String, StoredTensor> transformer = new LinkedHashMap<>(all);
    transformer.keySet().removeIf(name -> !name.startsWith("model.diffusion_model."));
    write("bare", transformer);
    write("vae", below("first_stage_model.", all));
    write("clip_l", below("text_encoders.clip_l.transformer.", all));
    write("clip_g", below("text_encoders.clip_g.transformer.", all));
    Path vae = temp.resolve("vae.json");
    Files.copy(golden("shared/vae/config.json"), vae);
  }

  private void write(String name, Map<String, StoredTensor> tensors) throws IOException {
    new TensorsWritten().copy(tensors).write(temp.resolve(name + ".safetensors"));
  }

  private static Map<String, StoredTensor> below(String prefix, Map<String, StoredTensor> all) {
    Map<String, StoredTensor> below = new LinkedHashMap<>();
    all.forEach(
        (name, tensor) -> {
          String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
          if (!rest.isEmpty()) below.put(rest, tensor.named(rest));
        });
    return below;
  }

  private Model find(String model, String vae, String encoders) throws IOException {
    return Model.find(new ModelNames(model, vae, encoders), temp);
  }

  private static float[] latents(Model files) throws IOException {
    try (LatentDiffusion model = ModelLoader.load(files, "float32", Golden.DEVICE);
        Run run = model.textToImage(GoldenRuns.guided("euler").withSize(16, 16))) {
      run.forEach(evaluated -> {});
      return run.latents().toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"clip_l, clip_g", "clip_g.safetensors,clip_l"})
  void partsInAnyOrderGiveTheSameBitsAsTheWholeFile(String encoders) throws IOException {
    Model parts = find("bare", "vae", encoders);
    assertArrayEquals(latents(find("whole", "", "")), latents(parts));
    assertEquals(4, parts.weightFiles().size());
    parts.requireUnchanged();
  }

  @Test
  void t5JoinsWithItsVocabularyBesideIt() throws IOException {
    ModelCopies.into(temp.resolve("t5"), golden("shared/text_encoder_3"));
    ModelCopies.into(temp.resolve("t5"), golden("shared/tokenizer_3"));
    Model files = find("bare", "vae", "t5, clip_l, clip_g");
    assertTrue(files.has("text_encoder_3"));
    assertNotEquals(latents(find("whole", "", ""))[0], latents(files)[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "clip_l | OpenCLIP ViT-bigG is missing",
        "clip_l, clip_g, clip_l | clip_g.safetensors are too many",
        "clip_l, clip_g, vae | vae.safetensors is no text encoder",
        "clip_l, clip_x | no model \"clip_x\"",
        "'' | name those of CLIP-L and CLIP-G"
      })
  void tooManyTooFewAndOthersAreRefusedByName(String encoders, String expected) {
    IOException refused = assertThrows(IOException.class, () -> find("bare", "vae", encoders));
    String text = refused.getMessage();
    assertTrue(text.contains(expected), text);
  }

  @Test
  void anEncoderOfAnotherWidthIsRefused() throws IOException {
    ModelCopies.into(temp.resolve("t5"), Golden.root().resolve("t5/one-head/text_encoder"));
    ModelCopies.into(temp.resolve("t5"), golden("shared/tokenizer_3"));
    Model files = find("bare", "vae", "t5, clip_l, clip_g");
    IOException refused = assertThrows(IOException.class, () -> latents(files));
    assertTrue(refused.getMessage().contains("takes tokens of 24 numbers, T5 gives 8"));
  }
}
