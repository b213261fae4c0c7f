/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/** Words whose vectors OneTrainer and the web UI keep in the file of a LoRA. */
class LorasTest {

  private static final String LAYER =
      "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";
  private static final String VECTORS = "bundle_emb.ink word.string_to_param.*";

  @TempDir Path folder;
  private TensorsWritten tensors;

  @BeforeEach
  void aLayer() {
    tensors = new TensorsWritten().add(LAYER + ".lora_up.weight", 16, 2);
    tensors.add(LAYER + ".lora_down.weight", 2, 24);
  }

  private Loras loras(double weight) throws IOException {
    Path file = tensors.write(folder.resolve("bundled.safetensors"));
    return new Loras(List.of(new Lora(LoraFile.open(file), weight)));
  }

  private static String refusal(Loras loras, int width) {
    return assertThrows(IOException.class, () -> loras.words(() -> Map.of(0, width), "m"))
        .getMessage();
  }

  @Test
  void bundledVectorsAreWordsOfThePromptAndNoLayers() throws IOException {
    tensors.add(VECTORS, 2, 24);
    ModelFolder sd1 = ModelFolder.open(TestResources.SD1);
    Loras loras = loras(1);
    assertEquals(1, LoraLayers.of(loras.loras(), sd1, Families.declare(sd1)).of("unet").size());
    List<LearnedWord> words = loras.words(() -> Map.of(0, 24), "m");
    assertEquals(List.of("ink word"), words.get(0).names());
    assertEquals(2, LearnedWord.count(words.get(0).vectors().get(0)));
  }

  @Test
  void bundledVectorsOfAnotherFamilyAreRefused() throws IOException {
    tensors.add(VECTORS, 2, 24);
    String message = refusal(loras(1), 16);
    for (String part : List.of("\"ink word\"", "another family", "[16]", "[24]")) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void bundledVectorsThatAreNotFiniteAreRefused() throws IOException {
    tensors.put(VECTORS, new long[] {1, 2}, 1, Float.NaN);
    String message = refusal(loras(1), 2);
    assertTrue(message.startsWith("The LoRA " + folder.resolve("bundled.safetensors")), message);
    assertTrue(message.contains(" holds NaN among its vectors (\"" + VECTORS + "\")"), message);
  }

  @Test
  void bundledVectorsOfALoraOfWeightZeroAreLeftOutWithANote() throws IOException {
    tensors.add(VECTORS, 2, 24);
    Model sd1 = Model.open(TestResources.SD1);
    Loras none = loras(0);
    assertEquals(List.of(), none.words(() -> Map.of(0, 24), "m"));
    assertEquals(
        List.of(
            "The word \"ink word\" of "
                + folder.resolve("bundled.safetensors")
                + " is left out, as the LoRA's weight is 0."),
        none.notes(sd1, Families.declare(sd1)));
    assertEquals(List.of(), loras(1).notes(sd1, Families.declare(sd1)));
  }

  @Test
  void bundledVectorsOfTwoTextEncodersAreInTheirOrder() throws IOException {
    tensors.add("bundle_emb.ink.clip_g", 2, 8).add("bundle_emb.ink.clip_l", 2, 16);
    List<StoredTensor> vectors = loras(1).loras().get(0).file().bundled().get("ink");
    assertEquals(List.of(16, 8), vectors.stream().map(LearnedWord::width).toList());
  }
}
