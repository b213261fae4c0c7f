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
}
