/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/** The list that the key {@code embeddings} holds. */
class EmbeddingListTest {

  @Test
  void embeddingsStandWithCommasOnceEach() {
    assertEquals(
        List.of(new Entry("ink"), new Entry("a, b")),
        TextualInversionAddOn.KIND.entries("ink, 'a, b'"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> AddOns.NONE.with("embeddings", "ink, ink"))
            .getMessage()
            .contains("names ink twice"));
  }

  /** diffusers' advanced training of Stable Diffusion XL writes these names, a vector a row. */
  @Test
  void vectorsOfBothTextEncodersAreFoundByEitherNames(@TempDir Path temp) throws IOException {
    for (String[] names :
        new String[][] {{"clip_l", "clip_g"}, {"text_encoders_0", "text_encoders_1"}}) {
      Path file = temp.resolve("word.safetensors");
      new TensorsWritten().add(names[1], 2, 8).add(names[0], 2, 16).write(file);
      EmbeddingFile inversion = EmbeddingFile.open(file);
      assertEquals(List.of("word"), inversion.words());
      assertEquals(List.of(16, 8), inversion.vectors().stream().map(LearnedWord::width).toList());
    }
  }

  @Test
  void vectorsThatAreNotFiniteAreRefusedByTheirFile(@TempDir Path temp) throws IOException {
    Path file = temp.resolve("nan.safetensors");
    new TensorsWritten().put("emb_params", new long[] {1, 2}, 1, Float.NaN).write(file);
    TextualInversions words =
        new TextualInversions(List.of(new TextualInversion(EmbeddingFile.open(file))));
    String message =
        assertThrows(IOException.class, () -> words.words(() -> Map.of(0, 2), "m")).getMessage();
    assertTrue(message.contains(file + " holds NaN"), message);
  }
}
