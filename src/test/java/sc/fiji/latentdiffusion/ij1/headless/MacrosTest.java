/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.io.FileSaver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/**
 * Runs macros of the project on the built-in model, and looks at what they leave. {@code
 * ExamplesTest} runs all of them on a smaller one.
 */
class MacrosTest {

  @BeforeAll
  static void headless() {
    System.setProperty("java.awt.headless", "true");
  }

  @Test
  void theMacroOfSchedulesLeavesItsPictures(@TempDir Path folder) {
    assertEquals(
        Optional.empty(), Main.runMacro(Path.of("macros", "schedules.ijm"), folder.toString()));
    for (String file : List.of("schedules.png", "karras.png", "karras-alpha-bar.png")) {
      assertTrue(Files.exists(folder.resolve(file)), file);
    }
  }

  @Test
  void theTourLeavesAllThatThePluginMakesAsTiffAndPng(@TempDir Path folder) {
    Path results = folder.resolve("new").resolve("folder");
    assertEquals(
        Optional.empty(), Main.runMacro(Path.of("macros", "tour.ijm"), results.toString()));
    List<String> titles =
        List.of(
            "Text to Image",
            "Latents by step",
            "Noise by step",
            "Predicted latents by step",
            "Images by step",
            "Latents",
            "Decoded",
            "Image to Image");
    for (String title : titles) {
      assertTrue(Files.exists(results.resolve(title + ".tif")), title);
      assertTrue(Files.exists(results.resolve(title + ".png")), title);
    }
    assertEquals(1192, IJ.openImage(results.resolve("poster.png").toString()).getWidth());
    ImagePlus steps = IJ.openImage(results.resolve("Latents by step.tif").toString());
    assertEquals(
        "4 channels, 21 frames",
        steps.getNChannels() + " channels, " + steps.getNFrames() + " frames");
  }

  @Test
  void theBatchRepaintsEveryImageOfAFolderAndNothingElse(@TempDir Path temporary) throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("images"));
    ImagePlus stack = IJ.createImage("Stack", "8-bit ramp", 32, 24, 2);
    new FileSaver(stack).saveAsTiff(folder.resolve("stack.tif").toString());
    ImagePlus single = IJ.createImage("Single", "RGB ramp", 24, 24, 1);
    new FileSaver(single).saveAsPng(folder.resolve("single.png").toString());
    Files.writeString(folder.resolve("notes.txt"), "no image");
    assertEquals(
        Optional.empty(), Main.runMacro(Path.of("macros", "batch.ijm"), folder.toString()));
    Path made = folder.resolveSibling(folder.getFileName() + " repainted");
    assertEquals(Set.of("batch.csv", "single.tif", "stack.tif"), Set.of(made.toFile().list()));
    assertEquals(2, IJ.openImage(made.resolve("stack.tif").toString()).getStackSize());
    assertTrue(Files.exists(made.resolve("single.tif")));
  }

  @Test
  void theMacroOfAControlNetMakesItsImageAndFollowsIt(@TempDir Path folder) {
    String argument =
        TestResources.MICRO + "|" + TestResources.golden("control/edges") + "|" + folder;
    Path macro = Path.of("macros", "control.ijm");
    assertEquals(Optional.empty(), Main.runMacro(macro, argument));
    assertEquals(16, IJ.openImage(folder.resolve("controlled.png").toString()).getWidth());
    String message = Main.runMacro(macro, "sd15").orElse("");
    assertTrue(message.contains("control.ijm, line 13: the macro has called exit"), message);
  }

  @Test
  void theSeedStudyTellsMeanAndStandardDeviation(@TempDir Path folder) {
    assertEquals(
        Optional.empty(), Main.runMacro(Path.of("macros", "seed_study.ijm"), folder.toString()));
    ImagePlus mean = IJ.openImage(folder.resolve("Mean.tif").toString());
    ImagePlus deviation = IJ.openImage(folder.resolve("SD.tif").toString());
    mean.setC(2); // green
    deviation.setC(2);
    assertTrue(mean.getStatistics().mean > 10, "mean " + mean.getStatistics().mean);
    assertTrue(deviation.getStatistics().min >= 0 && deviation.getStatistics().mean > 5);
  }
}
