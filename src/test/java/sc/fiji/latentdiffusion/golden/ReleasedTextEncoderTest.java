/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.EncodedPrompts;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusion;

/** The text encoder's weights are in memory only while prompts are encoded. */
class ReleasedTextEncoderTest {

  @TempDir Path folder;
  @PyTorch private NDManager manager;
  private LoadedModel networks;
  private EncodedPrompts prompts;

  @BeforeEach
  void load() throws IOException {
    ModelCopies.into(folder, Golden.root().resolve("models/sd1"));
    networks = TestLoading.load(Model.open(folder), new StableDiffusion(), manager);
    prompts = new EncodedPrompts(networks.conditioner(), networks.kernels(), manager);
  }

  @AfterEach
  void close() {
    networks.close();
  }

  private float[] conditioning(String prompt) {
    try (NDManager owner = manager.newSubManager()) {
      Prompts asked = Prompts.of(Prompt.plain(prompt), Prompt.plain("no"));
      return prompts.encode(asked, 64, 64, owner).states().toFloatArray();
    }
  }

  @Test
  void aPromptIsTheSameToTheBitBeforeAndAfterAndWhenKept() {
    float[] first = conditioning("green nuclei");
    conditioning("red cells");
    assertArrayEquals(first, conditioning("green nuclei"), "kept");
    IntStream.range(0, 20).forEach(i -> conditioning("other " + i));
    assertArrayEquals(first, conditioning("green nuclei"), "encoded again");
  }

  @Test
  void aKeptPromptNeedsNoFileAndANewOneSaysWhichIsGone() throws IOException {
    float[] first = conditioning("green nuclei");
    Files.delete(folder.resolve("text_encoder/model.safetensors"));
    assertArrayEquals(first, conditioning("green nuclei"));
    String message =
        assertThrows(UncheckedIOException.class, () -> conditioning("red cells")).getMessage();
    assertTrue(message.startsWith("The text encoder of " + folder + " can't be read"), message);
    assertTrue(message.contains("model.safetensors"), message);
  }
}
