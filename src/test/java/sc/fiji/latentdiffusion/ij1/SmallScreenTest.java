/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads what {@link SmallScreen} has seen of all dialogs on the screen of a small laptop. */
class SmallScreenTest {

  private static final Path SEEN = Path.of("target", "screenshots", "small");

  @BeforeAll
  static void openEveryDialogInFull() throws IOException, InterruptedException {
    System.setProperty("java.awt.headless", "true");
    Files.createDirectories(SEEN);
    try (Screen screen = new Screen(1024, 768)) {
      WindowTest.run(SmallScreen.class, SEEN, screen, System.getProperty("java.class.path"));
    }
  }

  @Test
  void allOfEveryDialogIsOnTheScreenOrScrollsOntoItWithTheFocus() throws IOException {
    long commands =
        Files.readAllLines(Path.of("plugins.config")).stream()
            .filter(line -> line.contains("...\","))
            .count();
    assertEquals(commands, Files.readAllLines(SEEN.resolve("opened.txt")).size());
    assertEquals("", Files.readString(SEEN.resolve("hidden.txt")));
  }
}
