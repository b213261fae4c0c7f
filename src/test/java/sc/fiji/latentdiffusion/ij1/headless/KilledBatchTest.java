/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestImages;

/** A batch whose process is killed at any moment loses the file at work, and nothing else. */
class KilledBatchTest {

  private static final int KILLS = 20;
  private static final int FILES = 24;

  @TempDir Path folder;

  private Path input;
  private Path program;

  @BeforeEach
  void makeFiles() throws IOException {
    input = Files.createDirectories(folder.resolve("in"));
    for (int i = 0; i < FILES; i++) {
      IJ.saveAsTiff(
          TestImages.random("8-bit", 32, 32, i), input.resolve("f" + i + ".tif").toString());
    }
    Path line = folder.resolve("line.ijm");
    Files.writeString(
        line,
        "a = split(getArgument(), \"\\t\");\nopen(a[0]);\nrun(\"Invert\");\n"
            + "run(\"Add...\", \"value=\" + (parseInt(a[2]) % 50));\nwait(15);\n");
    program = folder.resolve("program.ijm");
    Files.writeString(
        program,
        "run(\"Batch...\", \"input=["
            + input
            + "] output=[\" + getArgument() + \"] line=["
            + line
            + "]\");\n");
  }

  private Process start(Path output) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            program.toString(),
            output.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("printed.txt").toFile())
        .start();
  }

  private void finish(Path output) throws IOException, InterruptedException {
    assertEquals(0, start(output).waitFor(), () -> read(folder.resolve("printed.txt")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** All results by their names, whole or not. */
  private static Map<String, byte[]> results(Path output) throws IOException {
    try (Stream<Path> files = Files.list(output)) {
      Map<String, byte[]> found = new TreeMap<>();
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".tif"))::iterator) {
        found.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
      return found;
    }
  }

  @Test
  void theFinishedFolderIsThatOfAnUndisturbedRun() throws Exception {
    Path undisturbed = folder.resolve("undisturbed");
    finish(undisturbed);
    Map<String, byte[]> expected = results(undisturbed);
    assertEquals(FILES, expected.size());

    Random random = new Random(25);
    Path output = folder.resolve("killed");
    int inTheMiddle = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Files.createDirectories(output);
      int before = results(output).size();
      if (before == FILES) { // nothing is left to be disturbed: begin anew
        for (String name : expected.keySet()) Files.delete(output.resolve(name));
        before = 0;
      }
      Process process = start(output);
      int more = random.nextInt(4);
      while (process.isAlive() && results(output).size() < Math.min(FILES, before + more)) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(40));
      process.destroyForcibly().waitFor();
      Map<String, byte[]> left = results(output);
      if (left.size() > 0 && left.size() < FILES) inTheMiddle++;
      left.forEach((name, bytes) -> assertArrayEquals(expected.get(name), bytes, name));
    }
    assertTrue(inTheMiddle > KILLS / 4, inTheMiddle + " of the kills hit a run at work");
    finish(output);
    assertEquals(expected.keySet(), results(output).keySet());
    results(output).forEach((n, bytes) -> assertArrayEquals(expected.get(n), bytes, n));
    try (Stream<Path> files = Files.list(output)) {
      assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".part")).toList());
    }
  }
}
