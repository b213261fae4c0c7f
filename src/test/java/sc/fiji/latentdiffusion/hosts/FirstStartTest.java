/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.engine.NativeLibrary;

/** A start on a computer on which PyTorch's library has not been unpacked yet, and the next one. */
class FirstStartTest {

  @TempDir Path cache;

  private List<String> start() throws IOException, InterruptedException {
    Path output = cache.resolve("output.txt");
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-DOPT_OUT_TRACKING=true",
            "-DENGINE_CACHE_DIR=" + cache,
            "-cp",
            System.getProperty("java.class.path"),
            FirstStart.class.getName());
    program.environment().remove("PYTORCH_LIBRARY_PATH");
    Process run = program.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertEquals(0, run.waitFor(), () -> read(output).toString());
    List<String> lines = read(output);
    assertTrue(lines.stream().anyMatch(line -> line.contains("Latents")), lines.toString());
    return lines;
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void onlyTheFirstSaysThatPyTorchIsUnpacked() throws Exception {
    List<String> first = start();
    assertTrue(first.contains(NativeLibrary.UNPACKING), first.toString());
    try (var files = Files.walk(cache)) {
      String library = System.mapLibraryName("torch_cpu");
      assertTrue(files.anyMatch(file -> file.getFileName().toString().equals(library)));
    }
    List<String> second = start();
    assertFalse(second.contains(NativeLibrary.UNPACKING), second.toString());
    assertTrue(second.contains("Loading the model"), second.toString());
  }
}
