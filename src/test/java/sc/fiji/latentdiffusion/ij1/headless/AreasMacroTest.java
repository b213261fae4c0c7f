/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** Macros that repaint the ROIs of the ROI Manager and of overlays, or through a mask. */
class AreasMacroTest {

  /** Macros leave their images and ROIs. */
  private static final String START =
      """
      close("*");
      roiManager("reset");
      """;

  private static final String RUN =
      "run(\"Image to Image...\", \"model="
          + TestResources.spelled(TestResources.MICRO)
          + " precision=float32 steps=2 seed=1 %s prompt=[a b]\");\n";

  private static final String THREE =
      """
      newImage("in", "8-bit ramp", 60, 50, 1);
      makeOval(4, 4, 14, 12); roiManager("add");
      makeRectangle(30, 6, 10, 9); roiManager("add");
      makeOval(20, 30, 16, 12); roiManager("add");
      run("Select None");
      """;

  @TempDir Path folder;

  /** As from a file, over windows that need no screen. */
  private Optional<String> failureOf(String macro) {
    try {
      Path file = Files.writeString(folder.resolve("areas.ijm"), START + macro);
      return Main.runMacro(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void closeAll() {
    succeeds("");
  }

  private void succeeds(String macro) {
    assertEquals(Optional.empty(), failureOf(macro));
  }

  private String failure(String macro) {
    return failureOf(macro).orElse("");
  }

  private static String run(String options) {
    return RUN.formatted(options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"setBatchMode(true);\n", ""})
  void allRoisOfTheManagerAreRepaintedOrTheSelectedOnes(String batch) {
    succeeds(
        batch
            + THREE
            + run("rois=manager areas=each labels=true")
            + """
            selectImage("Labels");
            if (getValue(10, 10) != 1 || getValue(35, 10) != 2 || getValue(28, 36) != 3) exit("all");
            getStatistics(area, mean, min, max);
            if (min != 0 || max != 3 || bitDepth != 16) exit("labels " + min + " " + max);
            close();
            close();
            selectImage("in");
            roiManager("select", newArray(0, 2));
            """
            + run("rois=manager labels=true")
            + """
            selectImage("Labels");
            if (getValue(10, 10) != 1 || getValue(35, 10) != 0 || getValue(28, 36) != 2) exit("two");
            """);
  }

  @Test
  void anEmptyManagerAndAnEmptyOverlayAreRefused() {
    String manager = failure("newImage(\"in\", \"8-bit ramp\", 60, 50, 1);" + run("rois=manager"));
    assertTrue(manager.contains("ROI Manager, but it holds none"), manager);
    String overlay = failure("newImage(\"in\", \"8-bit ramp\", 60, 50, 1);" + run("rois=overlay"));
    assertTrue(overlay.contains("\"in\" has none"), overlay);
  }

  @Test
  void aLineSelectionDoesNotMatterForTheOverlay() {
    succeeds(
        """
        newImage("in", "8-bit ramp", 60, 50, 1);
        makeOval(4, 4, 14, 12);
        run("Add Selection...");
        makeLine(1, 1, 40, 40);
        """
            + run("rois=overlay labels=true"));
  }

  @Test
  void aMaskIsNamedByItsTitle() {
    succeeds(
        """
        newImage("my mask", "8-bit black", 60, 50, 1);
        fillOval(10, 10, 20, 20);
        newImage("in", "8-bit ramp", 60, 50, 1);
        """
            + run("labels=true mask=[my mask]")
            + """
            selectImage("Labels");
            if (getValue(20, 20) != 1 || getValue(40, 40) != 0) exit("labels");
            """);
    String other =
        failure(
            """
            newImage("small", "8-bit white", 30, 25, 1);
            newImage("in", "8-bit ramp", 60, 50, 1);
            """
                + run("mask=small"));
    assertTrue(other.contains("60×50") && other.contains("30×25"), other);
  }

  /** By ImageJ's own commands: the result differs from the input only inside the ROIs. */
  @Test
  void outsideTheRoisTheResultMinusTheInputIsZero() {
    succeeds(
        THREE
            + run("rois=manager feather=2 context=4 detail=1")
            + """
            result = getTitle();
            imageCalculator("Difference create", "in", result);
            difference = getImageID();
            roiManager("deselect");
            roiManager("Combine");
            getStatistics(area, mean);
            if (mean == 0) exit("nothing was painted");
            run("Make Inverse");
            getStatistics(area, mean, min, max);
            if (max != 0) exit("changed outside by " + max);
            """);
  }

  @Test
  void theNamesOfManagedRoisArePromptsUnlessTheManagerGaveThem() {
    String named =
        """
        roiManager("select", 0); roiManager("rename", "red dots");
        roiManager("select", 1); roiManager("rename", "a hole");
        roiManager("deselect");
        """;
    String message = failure(THREE + named + run("rois=manager regions=true"));
    assertTrue(message.contains("ROI 3") && message.contains("Rename"), message);
    succeeds(
        THREE
            + named
            + "roiManager('select', 2); roiManager('delete');\n"
            + run("rois=manager regions=true")
            + """
            info = getMetadata("Info");
            if (indexOf(info, "regionPrompts=red dots | a hole") < 0) exit(info);
            if (indexOf(info, "rois=manager areas=together regions=true") < 0) exit(info);
            """);
  }
}
