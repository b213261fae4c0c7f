/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The texts of all kinds of add-ons. */
class AddOnsTest {

  @Test
  void everyKindIsFoundAndHasItsKeyInTheOrderOfMacros() {
    assertEquals(List.of("control", "embeddings", "lora"), AddOns.keys());
    assertEquals(AddOns.keys(), List.copyOf(AddOns.NONE.texts().keySet()));
  }

  @Test
  void aTextIsTrimmedAndOneThatIsMissingIsEmpty() {
    AddOns addOns = AddOns.of(key -> key.equals("lora") ? " cells:0.5 " : null);
    assertEquals(Map.of("control", "", "embeddings", "", "lora", "cells:0.5"), addOns.texts());
    assertEquals(AddOns.NONE.with("lora", "cells:0.5"), addOns);
    assertEquals(List.of(new Entry("cells", 0.5)), addOns.entries("lora"));
  }

  @Test
  void anUnknownKeyIsRefusedWithTheKnownOnes() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> AddOns.NONE.with("lore", "x"))
            .getMessage();
    assertTrue(message.contains("'lore'; expected one of control, embeddings, lora"), message);
  }
}
