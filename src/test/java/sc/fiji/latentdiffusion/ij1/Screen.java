/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;

/** A screen of its own, on which tests start programs with windows. It needs Xvfb. */
final class Screen implements AutoCloseable {

  private final Process process;
  private final String display;

  /** Opens a screen of 1280 × 1024 pixels; without Xvfb the tests are left out. */
  Screen() throws IOException {
    this(1280, 1024);
  }

  /** Opens a screen of so many pixels; without Xvfb the tests are left out. */
  Screen(int width, int height) throws IOException {
    process = start(width + "x" + height + "x24");
    String number = process.inputReader().readLine();
    assertNotNull(number, "Xvfb gives no display");
    display = ":" + number;
  }

  private static Process start(String size) {
    try {
      return new ProcessBuilder("Xvfb", "-displayfd", "1", "-screen", "0", size, "-noreset", "-r")
          .redirectError(DISCARD)
          .start();
    } catch (IOException e) {
      String message = "The window tests need Xvfb; on Debian: apt-get install xvfb. " + e;
      return "true".equals(System.getenv("CI")) ? fail(message) : abort(message);
    }
  }

  /** The screen's number, as the environment variable DISPLAY has it. */
  String display() {
    return display;
  }

  /**
   * Runs a program to its end, which must be a success.
   *
   * @param command of the process
   * @param log the file for its output
   */
  void run(ProcessBuilder command, Path log) throws IOException, InterruptedException {
    command.environment().put("DISPLAY", display);
    Process program = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, program.waitFor(), () -> "see " + log);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
