/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.Prefs;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.keys.MacroLine;

/** {@code Models...} in macros, without a screen. */
class ModelsMacroTest {

  private static final String PREFERENCE = "latentdiffusion.folder";

  @TempDir Path folder;

  private final String chosenBefore = Prefs.get(PREFERENCE, "");

  @BeforeEach
  void makeOneModelAndOneThatIsNone() throws IOException {
    System.setProperty("java.awt.headless", "true");
    Path models = Files.createDirectories(folder.resolve("my models"));
    Files.copy(TestResources.MICRO_CKPT, models.resolve("a b.ckpt"));
    Files.writeString(models.resolve("none.safetensors"), "");
    Prefs.set(PREFERENCE, "");
  }

  @AfterEach
  void restoreTheFolder() {
    Prefs.set(PREFERENCE, chosenBefore);
    Prefs.savePreferences();
  }

  private static Optional<String> models(Map<String, ?> options) {
    return HeadlessMacro.failureOf(MacroLine.run("Models...", options), "");
  }

  @Test
  void aMacroChoosesTheFolderAndReadsWhatItHas() {
    Path models = folder.resolve("my models");
    assertEquals(Optional.empty(), models(Map.of("folder", models.toString())));
    assertEquals(
        Optional.empty(),
        HeadlessMacro.failureOf(
            """
            if (nResults != 5) exit("rows: " + nResults);
            if (getResultString("model", 0) != "built-in") exit("first");
            if (getResultString("model", 1) != "repair") exit("second");
            if (getResultString("model", 2) != "epithelium") exit("third");
            if (getResultString("model", 3) != "a b.ckpt") exit("fourth");
            if (getResult("size", 0) != 128) exit("size");
            if (getResultString("sha256", 3) != "") exit("read without being asked");
            if (indexOf(getResultString("problem", 4), "none.safetensors") < 0) exit("problem");
            for (i = 0; i < 4; i++) if (getResultString("problem", i) != "") exit(getResultString("problem", i));
            """,
            ""));
    assertEquals(models.toString(), Prefs.get(PREFERENCE, ""));
    assertEquals(
        Optional.empty(), HeadlessMacro.failureOf("run('Model Info...', 'model=[a b.ckpt]');", ""));
    assertEquals(
        Optional.empty(),
        HeadlessMacro.failureOf(
            """
            run("Model Info...", "model=repair");
            if (getResultString("value", 0) != "repair") exit(getResultString("value", 0));
            """,
            ""));
  }

  @Test
  void aMacroThatNamesNoFolderKeepsTheChosenOneAndGetsChecksums() throws IOException {
    Path models = folder.resolve("my models");
    assertEquals(Optional.empty(), models(Map.of("folder", models.toString())));
    assertEquals(Optional.empty(), models(Map.of("checksums", true)));
    ResultsTable table = ResultsTable.getResultsTable();
    assertTrue(table.getStringValue("sha256", 3).matches("[0-9a-f]{64}"));
    assertEquals("", table.getStringValue("sha256", 4));
    assertTrue(Files.exists(models.resolve(".checksums.json")));
    assertEquals(models.toString(), Prefs.get(PREFERENCE, ""));
  }

  @Test
  void anEmptyFolderMeansImageJsOwn() {
    assertEquals(Optional.empty(), models(Map.of("folder", folder.resolve("my models"))));
    assertEquals(Optional.empty(), models(Map.of("folder", "")));
    assertEquals("", Prefs.get(PREFERENCE, ""));
  }

  @Test
  void aFolderThatIsNotThereIsRefusedAndTheChosenOneKept() {
    String failure = models(Map.of("folder", folder.resolve("no").toString())).orElseThrow();
    assertTrue(failure.contains("there is no folder " + folder.resolve("no")), failure);
    assertEquals("", Prefs.get(PREFERENCE, ""));
  }
}
