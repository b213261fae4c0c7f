/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs macros in processes with the extension on their class path.
 *
 * @param folder for files; its folder {@code models} is the models folder
 * @param classPath with the extension
 */
record OutsideMacros(Path folder, String classPath) {

  /** Compiles the extension into a folder. */
  static OutsideMacros in(Path folder) throws IOException {
    return new OutsideMacros(folder, Extension.classPath(folder.resolve("classes")));
  }

  /** Returns the output of macros that run one after the other in one process. */
  List<String> run(String... macros) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory(folder, "run");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlatentdiffusion.models=" + folder.resolve("models"));
    command.add("-Djava.awt.headless=true");
    command.addAll(List.of("-cp", classPath, OutsideCalls.class.getName()));
    for (int i = 0; i < macros.length; i++) {
      command.add(Files.writeString(home.resolve(i + ".ijm"), macros[i]).toString());
    }
    Path out = home.resolve("out.txt");
    Path err = home.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int status = process.waitFor();
    assertEquals("", Files.readString(err));
    assertEquals(0, status);
    return Files.readAllLines(out);
  }
}
