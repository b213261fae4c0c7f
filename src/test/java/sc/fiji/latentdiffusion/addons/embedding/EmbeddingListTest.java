package sc.fiji.latentdiffusion.addons.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Entry;

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
}
