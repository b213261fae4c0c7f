/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.spark;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One part of a batch in a process of its own.
 *
 * @param part {@code i/n}
 * @param imagej ImageJ's folder
 * @param input of the batch
 * @param output of the batch
 * @param line file of the recorded line, or a macro
 */
record PartProcess(String part, String imagej, String input, String output, String line)
    implements Serializable {

  /** The status of a process some of whose files have failed. */
  static final int FAILED_FILES = 3;

  private static final String MACRO =
      """
      a = split(getArgument(), "\\t");
      line = a[3];
      if (startsWith(File.openAsString(line), "run(\\"")) line = File.openAsString(line);
      run("Batch...", "part=" + a[0] + " input=[" + a[1] + "] output=[" + a[2] + "] line=[" + line + "]");
      print("part " + a[0] + ": " + Table.size("Batch") + " files");
      """;

  /**
   * How a part ended.
   *
   * @param printed its messages
   * @param hasFailedFiles whether its list names files that failed
   */
  record Ended(String printed, boolean hasFailedFiles) implements Serializable {}

  /**
   * Runs it.
   *
   * @throws IOException if the process can't be started, or ends before it has listed all files
   * @throws InterruptedException if the task is given up; the process is ended with it
   */
  Ended run() throws IOException, InterruptedException {
    Path macro = Files.createTempFile("batch", ".ijm");
    Files.writeString(macro, MACRO);
    String separator = File.pathSeparator;
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                imagej
                    + "/ij.jar"
                    + separator
                    + imagej
                    + "/plugins/*"
                    + separator
                    + imagej
                    + "/jars/*",
                "sc.fiji.latentdiffusion.ij1.headless.Main",
                macro.toString(),
                String.join("\t", part, input, output, line))
            .redirectErrorStream(true)
            .start();
    try {
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status == 0 || status == FAILED_FILES) return new Ended(printed, status != 0);
      throw new IOException("Part " + part + " has ended with status " + status + ": " + printed);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(macro);
    }
  }
}
