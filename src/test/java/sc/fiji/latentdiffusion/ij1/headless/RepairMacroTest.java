/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.IJ;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestImages;

/** Macros on repairs, without a screen, with the built-in repair model. */
class RepairMacroTest {

  private static final String REPAIRS =
      """
      newImage("a", "8-bit ramp", 64, 64, 1);
      makeOval(10, 10, 12, 14);
      run("Image to Image...", "model=repair steps=1 strength=1 guidance=1 seed=1 context=8 prompt=[]");
      makeRectangle(40, 40, 8, 8);
      run("Image to Image...", "model=repair steps=1 strength=1 guidance=1 seed=1 context=8 prompt=[]");
      run("Select None");
      """;

  @TempDir Path folder;

  /** The example draws an image only where none is open. */
  @BeforeEach
  @AfterEach
  void closeAll() {
    TestImages.closeAll();
  }

  /** The macro function of the page. */
  private static String function() throws IOException {
    String page = Files.readString(Path.of("src/site/repair.md"));
    String code = page.substring(page.indexOf("// Selects what was repaired"));
    return code.substring(0, code.indexOf("```"));
  }

  @Test
  void theFunctionOfThePageSelectsAllThatWasRepaired() throws IOException {
    String test =
        """
        if (selectRepaired() != 2) exit("repairs");
        getSelectionBounds(x, y, width, height);
        if (x != 10 || y != 10 || x + width != 48 || y + height != 48) exit("bounds");
        if (!selectionContains(16, 16) || !selectionContains(44, 44)) exit("inside");
        if (selectionContains(30, 30)) exit("between");
        if (nImages != 3) exit("images " + nImages);
        selectImage("a");
        if (selectRepaired() != 0 || selectionType != -1) exit("of an image that was not repaired");
        """;
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(REPAIRS + test + function(), ""));
  }

  @Test
  void everyRoiOfAListIsMarkedAsRepaired() throws IOException {
    for (String areas : new String[] {"each", "together"}) {
      String macro =
          """
          newImage("a", "8-bit ramp", 64, 64, 1);
          makeOval(10, 10, 12, 14); run("Add Selection...");
          makeRectangle(40, 40, 8, 8); run("Add Selection...");
          run("Select None");
          run("Image to Image...", "model=repair rois=overlay areas=%s steps=1 strength=1 guidance=1 seed=1 context=8 intensity=around prompt=[]");
          if (indexOf(getMetadata("Info"), "invented=%s") < 0) exit(getMetadata("Info"));
          if (selectRepaired() != 2) exit("repairs");
          if (!selectionContains(16, 16) || !selectionContains(44, 44)) exit("inside");
          if (selectionContains(30, 30)) exit("between");
          """
              .formatted(areas, areas.equals("each") ? "10,10,12,14;40,40,8,8" : "10,10,38,38\\n");
      assertEquals(Optional.empty(), HeadlessMacro.failureOf(macro + function(), ""));
      TestImages.closeAll();
    }
  }

  @Test
  void theExampleDrawsAnImageRepairsItAndReplays() throws IOException {
    for (String name : new String[] {"one", "other"}) {
      Path out = Files.createDirectory(folder.resolve(name));
      assertEquals(
          Optional.empty(), Main.runMacro(Path.of("macros", "repair.ijm"), out.toString()));
      TestImages.closeAll();
    }
    int[] one = pixels("one");
    assertEquals(516 * 276, one.length);
    assertArrayEquals(one, pixels("other"));
  }

  private int[] pixels(String name) {
    String file = folder.resolve(name).resolve("repair.png").toString();
    return (int[]) IJ.openImage(file).getProcessor().convertToRGB().getPixels();
  }
}
