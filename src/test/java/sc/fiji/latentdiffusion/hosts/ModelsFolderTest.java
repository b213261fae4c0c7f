/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models folder where a system property names it. */
class ModelsFolderTest {

  @TempDir Path folder;

  private String before;

  @BeforeEach
  void setProperty() {
    before = System.setProperty(ModelsFolder.PROPERTY, folder.toString());
  }

  @AfterEach
  void resetProperty() {
    if (before == null) System.clearProperty(ModelsFolder.PROPERTY);
    else System.setProperty(ModelsFolder.PROPERTY, before);
  }

  @Test
  void itIsTheOneOfThePropertyAndMayBeNamedAgain() {
    assertEquals(folder, ModelsFolder.get());
    ModelsFolder.choose(folder.toString());
    assertEquals(folder, ModelsFolder.get());
  }

  @Test
  void anotherIsRefusedWithTheOneThatWasAskedFor() {
    assertRefused(folder.resolve("x").toString(), "to choose " + folder.resolve("x") + ".");
    assertRefused(" ", "to choose ImageJ's own, models/diffusion.");
  }

  private static void assertRefused(String wanted, String end) {
    var e = assertThrows(IllegalArgumentException.class, () -> ModelsFolder.choose(wanted));
    assertTrue(e.getMessage().endsWith(end), e::getMessage);
  }
}
