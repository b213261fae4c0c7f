/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestImages;

/** A batch of a user's macro, called by a macro. */
class BatchMacroTest {

  @TempDir Path folder;

  private Path input;
  private Path output;

  @BeforeEach
  void makeImages() {
    input = folder.resolve("in");
    output = folder.resolve("out");
    assertTrue(input.toFile().mkdirs());
    for (String name : List.of("a", "b", "c")) {
      IJ.saveAsTiff(
          TestImages.random("8-bit", 24, 16, name.hashCode()), input.resolve(name).toString());
    }
  }

  /** Runs the batch of a macro, and returns the rows of its list: status and message. */
  private List<String> batch(String macro) throws IOException {
    Path line = Files.writeString(folder.resolve("line.ijm"), macro);
    Path program = folder.resolve("program.ijm");
    Path reached = folder.resolve("reached.txt");
    Files.deleteIfExists(reached);
    Files.writeString(
        program,
        String.format(
            "run(\"Batch...\", \"seed=3 input=[%s] output=[%s] line=[%s]\");%n"
                + "File.saveString(nImages, \"%s\");",
            input, output, line, reached));
    assertEquals(Optional.empty(), Main.runMacro(program, ""));
    assertEquals("0", Files.readString(reached).strip(), "images left open");
    List<String> rows = new ArrayList<>();
    for (String row : Files.readAllLines(output.resolve("batch.csv"))) {
      rows.add(row.replaceAll("^([^,]*,){5}", ""));
    }
    return rows.subList(1, rows.size());
  }

  private ImagePlus made(String name) {
    return IJ.openImage(output.resolve(name + ".tif").toString());
  }

  @Test
  void itsActiveImageIsTheResultUnlessItHasWrittenTheOutput() throws IOException {
    String macro =
        "a = split(getArgument(), \"\\t\");\nopen(a[0]);\nrun(\"Select None\");\n"
            + "run(\"Set...\", \"value=\" + (parseInt(a[2]) % 200));\n"
            + "if (endsWith(a[0], \"c.tif\")) { saveAs(\"Tiff\", a[1]); close(); }\n"
            + "if (endsWith(a[0], \"b.tif\")) run(\"Duplicate...\", \"title=other\");\n";
    assertEquals(List.of("done,", "done,", "done,"), batch(macro));
    for (String name : List.of("a", "b", "c")) {
      long seed = Long.parseLong(made(name).getStringProperty("batchSeed"));
      assertEquals(seed % 200, made(name).getProcessor().get(0), name);
    }
    assertEquals(List.of("skipped,", "skipped,", "skipped,"), batch(macro));
    assertEquals(List.of("done,", "done,", "done,"), batch(macro + "// changed"));
  }

  @Test
  void itsErrorsEndItselfAlone() throws IOException {
    Files.writeString(input.resolve("d.tif"), "no image");
    String macro =
        "a = split(getArgument(), \"\\t\");\nopen(a[0]);\n"
            + "if (endsWith(a[0], \"b.tif\")) nonsense(1);\n"
            + "if (endsWith(a[0], \"c.tif\")) close();\n";
    List<String> rows = batch(macro);
    assertEquals("done,", rows.get(0));
    assertTrue(rows.get(1).startsWith("failed,The macro has failed: "), rows.get(1));
    assertTrue(rows.get(2).contains("must leave an image open or write"), rows.get(2));
    assertTrue(rows.get(3).contains("d.tif"), rows.get(3));
    assertTrue(rows.get(3).startsWith("failed,The macro has failed: "), rows.get(3));
  }
}
