/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.ImagePlus;
import ij.WindowManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.ij1.headless.Main;

/**
 * Runs every macro of a folder without a screen, as from the source tree: a program that {@link
 * ExamplesTest} starts in a folder of its own.
 */
public final class HeadlessExamples {

  /** Macros leave their images and ROIs. */
  private static final String CLOSE = "close(\"*\"); roiManager(\"reset\");";

  private HeadlessExamples() {}

  /** Writes into the first folder named how each macro of the second one ended and what it left. */
  public static void main(String[] args) throws IOException {
    Path close = Files.writeString(Path.of(args[0], "close.ijm"), CLOSE);
    for (String macro : ExamplesTest.macros(Path.of(args[1]))) {
      String failure = Main.runMacro(Path.of(args[1], macro), "").orElse("ran");
      String images =
          IntStream.of(ids())
              .mapToObj(WindowManager::getImage)
              .map(HeadlessExamples::line)
              .collect(Collectors.joining());
      Files.writeString(
          Path.of(args[0], Path.of(macro).getFileName() + ".txt"), failure + "\n" + images);
      Main.runMacro(close, "").ifPresent(HeadlessExamples::fail);
    }
    System.exit(0);
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }

  private static int[] ids() {
    int[] ids = WindowManager.getIDList();
    return ids == null ? new int[0] : ids;
  }

  /** Returns title, size, and the numbers of channels, slices and frames. */
  static String line(ImagePlus image) {
    int[] size = image.getDimensions();
    return image.getTitle()
        + " "
        + Arrays.stream(size).mapToObj(String::valueOf).collect(Collectors.joining("×"))
        + "\n";
  }
}
