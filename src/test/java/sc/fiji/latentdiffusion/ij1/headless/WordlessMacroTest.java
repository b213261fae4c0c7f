/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** Macros with models without words: grey, coloured, and with classes. */
class WordlessMacroTest {

  private static final Path MODELS = TestResources.golden("unet2d_models");
  private static final String KEYS = "steps=4 seed=3 scheduler=ddim ";

  @TempDir Path folder;

  @BeforeEach
  void copyAFlatFolder() throws Exception {
    Path flat = Files.createDirectory(folder.resolve("flat"));
    ModelCopies.into(flat, MODELS.resolve("grey/unet"));
    ModelCopies.into(flat, MODELS.resolve("grey/scheduler"));
  }

  @AfterEach
  void closeAll() {
    TestImages.closeAll();
  }

  private static String model(Path folder) {
    return "model=[" + folder.toAbsolutePath() + "] " + KEYS;
  }

  private static void runs(String macro) {
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(macro, ""));
  }

  @Test
  void aModelOfOneChannelMakesGreyPicturesAndStacksOfOneChannel() {
    runs(
        """
        run("Text to Image...", "%slatents noise predicted decoded");
        if (nImages != 5) exit("images " + nImages);
        selectImage("Text to Image");
        if (bitDepth != 8 || getWidth != 16) exit("picture of " + bitDepth + " bit");
        selectImage("Images by step");
        if (bitDepth != 8) exit("pictures of " + bitDepth + " bit");
        selectImage("Latents by step");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (width != 16 || channels != 1 || frames != 5) exit("latents");
        close("*");
        run("Text to Image...", "%stype=32-bit");
        if (bitDepth != 32 || nSlices != 1) exit("32-bit");
        """
            .formatted(model(folder.resolve("flat")), model(folder.resolve("flat"))));
  }

  @Test
  void itRepaintsGreyImagesOfAnySizeAndShowsThemAsTheyAre() {
    runs(
        """
        newImage("grey", "16-bit ramp", 41, 31, 1);
        makeOval(5, 5, 20, 20);
        run("Image to Image...", "%sstrength=0.5 context=4");
        if (bitDepth != 16) exit("type");
        selectImage("grey");
        run("Select None");
        run("Show Latent...", "model=[%s]");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (width != 42 || height != 32 || channels != 1) exit(width + " " + height + " " + channels);
        if (abs(getPixel(40, 0) - 1 + 1 / 20) > 0.06) exit("value " + getPixel(40, 0));
        run("Decode Latent...", "model=[%s]");
        if (bitDepth != 8 || getWidth != 42) exit("decoded");
        """
            .formatted(
                model(folder.resolve("flat")), folder.resolve("flat"), folder.resolve("flat")));
  }

  @Test
  void coloursAreRefusedForAGreyModelUnlessOneIsChosen() {
    String run = "run(\"Image to Image...\", \"%sstrength=0.5 %s\");";
    String image = "newImage(\"c\", \"8-bit composite-mode\", 20, 20, 2, 1, 1);";
    String keys = model(folder.resolve("flat"));
    String found = HeadlessMacro.failureOf(image + run.formatted(keys, ""), "").orElseThrow();
    assertTrue(found.contains("expected 1 channel"), found);
    runs(image + run.formatted(keys, "channels=2"));
    String rgb = "newImage(\"c\", \"RGB ramp\", 20, 20, 1);";
    found = HeadlessMacro.failureOf(rgb + run.formatted(keys, ""), "").orElseThrow();
    assertTrue(found.contains("would see 3"), found);
  }

  @Test
  void classesGiveOtherPicturesAndStandInTheInfo() {
    runs(
        """
        run("Text to Image...", "%sclass=1");
        if (indexOf(getMetadata("Info"), "class=1") < 0) exit(getMetadata("Info"));
        rename("one");
        run("Text to Image...", "%sclass=2");
        rename("two");
        imageCalculator("Difference create", "one", "two");
        getStatistics(area, mean);
        if (mean == 0) exit("equal");
        """
            .formatted(model(MODELS.resolve("classes")), model(MODELS.resolve("classes"))));
  }

  @Test
  void theScheduleSaysWhatIsClipped() throws Exception {
    String macro =
        """
        run("Show Schedule...", "model=[%s] scheduler=[ddim,euler] steps=3");
        if (Table.getString("clip", 0, "Schedule") != "1.0") exit(Table.getString("clip", 0, "Schedule"));
        if (Table.getString("clip", 3, "Schedule") != "") exit(Table.getString("clip", 3, "Schedule"));
        """
            .formatted(MODELS.resolve("rgb").toAbsolutePath());
    Path file = Files.writeString(folder.resolve("schedule.ijm"), macro);
    assertEquals(Optional.empty(), Main.runMacro(file, ""));
  }

  @Test
  void aModelOfTwoChannelsMakesAndRepaintsCompositesOfTwo() {
    String keys = model(MODELS.resolve("two"));
    runs(
        """
        run("Text to Image...", "%slatents decoded");
        selectImage("Text to Image");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (width != 20 || height != 12 || channels != 2 || bitDepth != 8) exit("picture");
        if (!is("composite")) exit("no composite");
        selectImage("Latents by step");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (channels != 2 || frames != 5) exit("latents");
        close("*");
        newImage("two", "16-bit composite-mode", 30, 22, 2, 1, 1);
        makeRectangle(4, 4, 12, 12);
        run("Image to Image...", "%sstrength=0.5 context=4");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (channels != 2 || bitDepth != 16 || width != 30) exit("repainted");
        selectImage("two");
        run("Select None");
        run("Show Latent...", "model=[%s]");
        Stack.getDimensions(width, height, channels, slices, frames);
        if (channels != 2 || width != 30) exit("latents " + channels + " " + width);
        """
            .formatted(keys, keys, MODELS.resolve("two").toAbsolutePath()));
    String run = "run(\"Image to Image...\", \"%sstrength=0.5\");".formatted(keys);
    String three = "newImage(\"c\", \"8-bit composite-mode\", 20, 20, 3, 1, 1);";
    String found = HeadlessMacro.failureOf(three + run, "").orElseThrow();
    assertTrue(found.contains("pictures of 2 channels, but the image has 3"), found);
    String one = "newImage(\"g\", \"8-bit ramp\", 20, 20, 1);";
    found = HeadlessMacro.failureOf(one + run, "").orElseThrow();
    assertTrue(found.contains("pictures of 2 channels, but the image has 1"), found);
  }

  @Test
  void aStainedImageIsANewOneOfTheModelsChannels() {
    runs(
        """
        newImage("rgb", "RGB ramp", 30, 22, 1);
        makeRectangle(4, 4, 12, 10);
        run("Image to Image...", "%sstrength=1");
        if (getTitle != "Image to Image" || bitDepth != 8) exit(getTitle + " " + bitDepth);
        if (getWidth != 12 || getHeight != 10) exit(getWidth + " " + getHeight);
        """
            .formatted(model(MODELS.resolve("stained"))));
  }

  private Path rowsModel() throws Exception {
    Path model = folder.resolve("rows");
    ModelCopies.into(model, TestResources.MICRO, TestResources.golden("seeing/rows"));
    return model;
  }

  @Test
  void theRowsOfAnOpenTableConditionAModel() throws Exception {
    String keys = model(rowsModel()) + "class=3 ";
    String table =
        """
        Table.create("Markers");
        for (row = 0; row < 2; row++) {
          for (c = 0; c < 16; c++) Table.set("m" + c, row, row * c / 10);
        }
        Table.update;
        """;
    String run = "run(\"Text to Image...\", \"%sconditioning=%s\");\n";
    String macro =
        table
            + run.formatted(keys, "Markers")
            + """
            info = getMetadata("Info");
            if (indexOf(info, "conditioning=Markers") < 0) exit(info);
            if (indexOf(info, "conditioningRows=0.0,0.0,") < 0) exit(info);
            """;
    Path file = Files.writeString(folder.resolve("rows.ijm"), macro);
    assertEquals(Optional.empty(), Main.runMacro(file, ""));
    String failure =
        Main.runMacro(
                Files.writeString(
                    folder.resolve("text.ijm"),
                    table
                        + "Table.set(\"m3\", 1, \"high\"); Table.update;\n"
                        + run.formatted(keys, "Markers")),
                "")
            .orElseThrow();
    assertTrue(failure.contains("column \"m3\" has high in row 2"), failure);
    failure =
        Main.runMacro(
                Files.writeString(folder.resolve("none.ijm"), run.formatted(keys, "Nothing")), "")
            .orElseThrow();
    assertTrue(failure.contains("there is no such table"), failure);
  }
}
