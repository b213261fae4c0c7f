/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.IJ;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** Repaints unusual images and selections by macros. */
class UnusualImagesTest {

  /** The first lines of all macros: a run, and a check that ends the macro. */
  private static final String BEGINNING =
      """
      var options = "model=%s steps=1 seed=1";
      function run1() {
        run("Image to Image...", options);
      }
      function check(what, found, expected) {
        if (found != expected) exit(what + ": " + found + ", not " + expected);
      }
      """
          .formatted(TestResources.spelled(TestResources.SD1));

  @BeforeAll
  static void headless() {
    System.setProperty("java.awt.headless", "true");
  }

  @BeforeEach
  @AfterEach
  void closeAll() {
    TestImages.closeAll();
  }

  private static void succeeds(String macro) {
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(BEGINNING + macro, ""));
  }

  @Test
  void onlyTheInsideOfASelectionPartlyOutsideChanges() {
    succeeds(
        """
        newImage("a", "16-bit ramp", 32, 32, 1); corner = getPixel(0, 0); far = getPixel(20, 20);
        makeRectangle(-10, -10, 20, 20);
        run1();
        check("size", getWidth, 32); check("outside", getPixel(20, 20), far);
        """);
  }

  @Test
  void oneSelectedPixelAndImagesSmallerThanALatentPixelAreRepainted() {
    succeeds(
        """
        newImage("a", "RGB ramp", 32, 32, 1); other = getPixel(21, 20);
        makeRectangle(20, 20, 1, 1);
        run1();
        check("beside", getPixel(21, 20), other);
        newImage("tiny", "8-bit ramp", 3, 2, 1);
        run1();
        check("width", getWidth, 3); check("height", getHeight, 2);
        """);
  }

  @Test
  void calibrationAndOverlayAreKeptAndTheInputKeepsItsSelection() {
    succeeds(
        """
        newImage("a", "8-bit ramp", 32, 32, 1); setVoxelSize(0.5, 0.5, 1, "mm");
        makeRectangle(4, 4, 8, 8); Overlay.addSelection; makeOval(10, 10, 16, 16);
        run1();
        getVoxelSize(width, height, depth, unit);
        check("pixel", width, 0.5); check("unit", unit, "mm"); check("overlay", Overlay.size, 1);
        selectImage("a"); check("selection", selectionType(), 1);
        """);
  }

  @Test
  void theSlicesOfAVirtualStackBecomeOnesInMemory(@TempDir Path folder) {
    Path file = TestImages.saved(TestImages.ramp("16-bit", 16, 16, 3), folder);
    IJ.openVirtual(file.toString()).show();
    succeeds(
        """
        check("virtual", is("Virtual Stack"), 1);
        run("Image to Image...", options + " slices=all");
        check("slices", nSlices, 3); check("virtual", is("Virtual Stack"), 0);
        """);
  }

  @Test
  void everyResultHasAnIdOfItsOwnAndClosingItLeavesTheOneBefore() {
    succeeds(
        """
        newImage("a", "8-bit ramp", 16, 16, 1);
        run1(); first = getImageID();
        run1(); second = getImageID();
        if (first == second) exit("one id for two");
        selectImage(first); check("first", getImageID(), first);
        selectImage(second); close(); check("left", nImages, 2);
        """);
  }
}
