/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.hosts.DiffusionService;

/** A report of a fault has what it needs, and nothing personal. */
class DiagnosticsTest {

  @Test
  void messagesLoseQuotationsAndPaths() {
    assertEquals(
        "No model … in …; expected one of …",
        Diagnostics.general("No model \"my cells\" in /home/jane/models; expected one of [a, b]"));
    assertEquals("… is missing", Diagnostics.general("C:\\Users\\jane\\x.tif is missing"));
  }

  @Test
  void theLastErrorIsNamedWithoutItsPrompt() throws Exception {
    try (Context context = new Context(CommandService.class, DiffusionService.class)) {
      CommandService commands = context.service(CommandService.class);
      String model = "/home/jane/secret";
      assertTrue(
          commands
              .run(TextToImage.class, false, "model", model, "prompt", "jane")
              .get()
              .isCanceled());
    }
    String text = Diagnostics.text();
    for (String wanted :
        List.of("Latent Diffusion ", "\nDJL ", "\nmemory ", "\nlast error java.")) {
      assertTrue(text.contains(wanted), text);
    }
    assertTrue(text.contains("\n  at sc.fiji.latentdiffusion"), text);
    assertFalse(text.contains("jane"), text);
  }
}
