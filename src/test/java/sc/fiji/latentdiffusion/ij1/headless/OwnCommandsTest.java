/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** ImageJ's own commands and macro functions without a screen. */
class OwnCommandsTest {

  /** As in an ImageJ that has just been opened, without what the macro before has left. */
  private static final String FRESH =
      "close('*'); if (RoiManager.size > 0) roiManager('reset'); run('Clear Results');"
          + " setOption('BlackBackground', true); setForegroundColor(255, 255, 255);"
          + " setBackgroundColor(0, 0, 0); setTool('rectangle'); run('Set Measurements...', 'area"
          + " mean min redirect=None decimal=3'); run('Line Width...', 'line=1'); run('Options...',"
          + " 'iterations=1 count=1 black do=Nothing');\n";

  private static final String PICTURE =
      "newImage('a', '8-bit ramp', 64, 48, 1); makeOval(20, 12, 25, 30); setColor(200); fill();"
          + " run('Select None');\n";

  private static final String SUM =
      """

      function sum() {
        s = 0;
        for (n = 1; n <= nSlices; n++) {
          if (nSlices > 1) setSlice(n);
          for (y = 0; y < getHeight(); y++)
            for (x = 0; x < getWidth(); x++)
              s += getPixel(x, y) * (1 + (x + 3 * y) % 7) * n;
        }
        print(getTitle(), getWidth(), getHeight(), nSlices, bitDepth(), s);
      }
      """;

  @TempDir Path folder;

  private record Ended(String out, String failure) {}

  /** Runs a macro in the runner. */
  private Ended run(String macro) throws IOException {
    Path file = Files.writeString(folder.resolve("macro.ijm"), FRESH + PICTURE + macro + SUM);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Optional<String> failure = Main.runMacro(file, "");
      String out = printed.toString(StandardCharsets.UTF_8).stripTrailing();
      return new Ended(out, failure.orElse(""));
    } finally {
      System.setOut(before);
    }
  }

  private static Stream<String> calls() throws IOException {
    String all = Files.readString(TestResources.COMMANDS);
    return Stream.of(all.split("(?m)^## ")).skip(1);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void everyCommandDoesWithoutAScreenWhatItDoesWithOne(String call) throws IOException {
    String[] parts = call.substring(call.indexOf('\n') + 1).split("\n=>\n");
    Ended ended = run(parts[0]);
    assertEquals("", ended.failure());
    assertEquals(parts[1].stripTrailing(), ended.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n = getNumber('How many?', 7); | How many?",
        "s = getString('Which?', 'none'); | Which?",
        "b = getBoolean('Go on?'); | Go on?",
        "waitForUser('Select the nucleus'); | Select the nucleus",
        "setBatchMode(true); waitForUser('Select', 'the nucleus'); | the nucleus",
        "d = getDirectory('Choose a folder'); | Choose a folder",
        "f = File.openDialog('Which file'); | Which file",
        "Dialog.create('Cells'); Dialog.addNumber('count', 3); Dialog.show(); | Cells: count",
        "Dialog.createNonBlocking('Cells'); Dialog.addSlider('size', 0, 9, 5); Dialog.show();|"
            + " size",
        "run('Gaussian Blur...'); | Sigma",
        "run('Duplicate...'); | Title",
        "run('Open...'); | Open",
        "run('Tiff...'); | Save as TIFF",
        "eval(\"n = getNumber('inner', 1);\"); | inner"
      })
  void whatAsksAUserEndsTheMacroAndNamesTheQuestionAndTheWays(String call, String asked)
      throws IOException {
    Ended ended = run(call + "\nprint('went on');");
    assertEquals("", ended.out());
    assertTrue(ended.failure().contains("line 3: " + call), ended::failure);
    assertTrue(ended.failure().contains(asked), ended::failure);
    assertTrue(ended.failure().contains("getArgument"), ended::failure);
    assertTrue(ended.failure().contains("-batch"), ended::failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "open('%s/none.tif');",
        "File.saveString('no image', '%s/text.tif'); open('%s/text.tif');",
        "saveAs('Tiff', '%s/no folder/a.tif');",
        "File.makeDirectory('%s/a.tif'); saveAs('Tiff', '%s/a.tif');",
        "setResult('x', 0, 1); updateResults(); saveAs('Results', '%s/no folder/r.csv');",
        "s = File.openAsString('%s/none.txt');",
        "selectWindow('none');",
        "selectImage('none');",
        "run('No Such Command', 'x=1');",
        "roiManager('Open', '%s/none.zip');",
        "run('32-bit'); run('Skeletonize');"
      })
  void whatFailsEndsTheMacro(String call) throws IOException {
    Ended ended = run(call.replace("%s", folder.toString()) + "\nprint('went on');");
    assertTrue(ended.failure().contains("line 3: "), ended.out() + ended.failure());
    assertTrue(!ended.out().contains("went on"), ended::out);
  }

  @Test
  void aFailureInAMacroThatAMacroRunsEndsBoth() throws IOException {
    Path inner = Files.writeString(folder.resolve("inner.ijm"), "open('/none.tif'); print('in');");
    Ended ended = run("runMacro('" + inner + "');\nprint('went on');");
    assertEquals("", ended.out());
    assertTrue(ended.failure().contains("/none.tif"), ended::failure);
  }

  @Test
  void aMacroThatExpectsAnErrorGoesOn() throws IOException {
    Ended ended = run("IJ.redirectErrorMessages; open('/none.tif'); print('went on');");
    assertEquals("", ended.failure());
    assertTrue(ended.out().endsWith("went on"), ended::out);
  }

  @Test
  void aMessageIsPrintedAndTheMacroGoesOn() throws IOException {
    Ended ended = run("showMessage('Ready', 'All done'); showMessage('And'); print('went on');");
    assertEquals(new Ended("All done\nAnd\nwent on", ""), ended);
  }

  @Test
  void everyMeasurementOfALoopAndOfTheRoiManagerHasItsRow() throws IOException {
    String macro =
        """
        for (i = 0; i < 3; i++) { makeRectangle(20 * i, 0, 20, 10); roiManager("add"); run("Measure"); }
        print(nResults, roiManager("count"));
        run("Clear Results");
        roiManager("deselect");
        roiManager("measure");
        print(nResults, getResult("Mean", 2));
        """;
    Ended ended = run(macro);
    assertEquals("", ended.failure());
    assertTrue(ended.out().contains("3 3\n"), ended::out);
    assertTrue(ended.out().endsWith("\n3 198"), ended::out);
  }

  @Test
  void theTablesOfCommandsStandBesideTheResults() throws IOException {
    String macro =
        """
        setResult("Area", 0, 11); setResult("Area", 1, 22); updateResults();
        run("Show Tokens...", "prompt=[green nuclei]");
        print(nResults, getResult("Area", 1), Table.size("Tokens"), Table.title);
        run("Show Schedule...", "steps=3 scheduler=euler");
        print(nResults, Table.size("Schedule"), Table.get("step", 2));
        run("Models...", "checksums=false");
        run("Model Info...", "model=[]");
        print(nResults, getResult("Area", 0), isOpen("Models"), isOpen("Model Info"));
        """;
    assertEquals(new Ended("2 22 6 Tokens\n2 3 3\n2 11 1 1", ""), run(macro));
  }

  @Test
  void soDoTheTablesOfRunsProbesAndChecks() throws IOException {
    String macro =
        """
        model = "precision=float32 model=[%s] ";
        setResult("Area", 0, 11); setResult("Area", 1, 22); updateResults();
        run("Text to Image...", model + "steps=2 width=16 height=16 table=true prompt=[a]");
        print(nResults, getResult("Area", 1), Table.size("Steps"), Table.title);
        run("Probe Noise...", model + "levels=1 trials=2 maps=false prompts=[a|b|c]");
        print(nResults, getResult("Area", 1), Table.size("Prompts"), Table.size("Errors by timestep"));
        run("Check Model...", model);
        print(nResults, getResult("Area", 1), isOpen("Check"), Table.size("Steps"));
        """
            .formatted(TestResources.spelled(TestResources.MICRO));
    assertEquals(new Ended("2 22 2 Steps\n2 22 3 1\n2 22 1 2", ""), run(macro));
  }
}
