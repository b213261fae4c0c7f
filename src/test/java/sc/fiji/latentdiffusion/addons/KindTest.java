/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindTest {

  private static final Kind KIND =
      new Kind(
          "control",
          "ControlNet",
          "controlnet",
          List.of(".safetensors"),
          List.of(),
          "config.json",
          new ListSyntax("names"),
          "");

  @TempDir Path temp;

  @Test
  void aPastedPathLeadsToTheFileAndThatOfSettingsToTheFolder() throws IOException {
    Path file = Files.createFile(temp.resolve("a b.safetensors"));
    Path folder = Files.createDirectory(temp.resolve("edges"));
    Path settings = Files.createFile(folder.resolve("config.json"));
    assertEquals(file, KIND.find("\"" + file + "\"", null));
    assertEquals(file, KIND.find("'" + temp.resolve("a b") + "'", null));
    assertEquals(file, KIND.find(file.toUri().toString(), null));
    assertEquals(folder, KIND.find(settings.toString(), null));
  }
}
