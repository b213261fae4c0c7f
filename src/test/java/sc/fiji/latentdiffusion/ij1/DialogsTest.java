/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads what {@link Dialogs} has seen in ImageJ's real dialogs. */
class DialogsTest {

  private static final Path SEEN = Path.of("target", "screenshots", "dialogs");

  @BeforeAll
  static void openTheDialogs() throws IOException, InterruptedException {
    System.setProperty("java.awt.headless", "true");
    Files.createDirectories(SEEN);
    try (Screen screen = new Screen()) {
      WindowTest.run(Dialogs.class, SEEN, screen, System.getProperty("java.class.path"));
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(SEEN.resolve(file)).replaceAll("\\s+", " ").strip();
  }

  private static void assertContains(String file, String... parts) throws IOException {
    String text = read(file);
    for (String part : parts) assertTrue(text.contains(part), part + "\nis not in\n" + text);
  }

  @Test
  void theMenuHasGroupsWhatMakesPicturesLatentsInsideModels() throws IOException {
    assertEquals(
        "Examples - Text to Image... Image to Image... Sweep... Batch... Train LoRA... - Show"
            + " Latent... Decode Latent... Denoise Latent... Invert... Blend Latents... Probe"
            + " Noise... - Show Schedule... Show Tokens... - Read Settings... Save Picture... -"
            + " Model Info... Check Model... Models... Get Model... - Latent Diffusion Help",
        read("menu.txt"));
  }

  @Test
  void theDialogBeginsWithTheSettingsOfASavedPicture() throws IOException {
    assertEquals("one red vesicle 64 64 3 3 9", read("settings.txt"));
  }

  @Test
  void noOpeningOfADialogIsClippedHoweverLateAModelsDescriptionComes() throws IOException {
    assertEquals("", read("clipped.txt"));
  }

  @Test
  void theDialogSaysWhatTheBuiltInModelMakesAndKnows() throws IOException {
    assertContains(
        "built-in.txt",
        "Makes drawn fluorescence microscopy, 128 × 128 pixels by default. Knows nuclei, actin"
            + " filaments,");
  }

  @Test
  void wordsThatTheModelDoesNotKnowAndSignsOfOtherProgramsAreNotedAndDoNotPreventARun()
      throws IOException {
    assertContains(
        "words.txt",
        "\"embedding:x\" is read as plain words.",
        "The built-in model does not know: cat.",
        " of memory",
        "true");
  }

  @Test
  void theMenusHelpTellsWhatEachCommandDoesAndTheBuiltInModelsWords() throws IOException {
    assertContains(
        "help-on-all.txt",
        "Repaints the selected region to match the prompt",
        "Decodes the active latent image to a picture.",
        "structure: nuclei, actin filaments",
        "Shift while choosing one opens its text");
  }

  @Test
  void theHelpCopiesDiagnosticsWithoutAPath() throws IOException {
    assertContains("diagnostics.txt", "ImageJ 1.5", "DJL 0.", " threads", "memory ", "last error ");
    String text = read("diagnostics.txt");
    assertFalse(text.contains(System.getProperty("user.dir")), text);
    assertFalse(text.contains(System.getProperty("user.home")), text);
  }

  @Test
  void theHelpHasTheOrderOfTheDialogAndTheWordsOfTheBuiltInModel() throws IOException {
    String help = read("help.txt");
    assertTrue(help.indexOf("(prompt)") > 0, help);
    assertTrue(help.indexOf("(prompt)") < help.indexOf("(steps)"), help);
    assertTrue(help.indexOf("(model)") < help.indexOf("(precision)"), help);
    assertContains("help.txt", "structure: nuclei, actin filaments", "colour: green, red");
  }

  @Test
  void aSizeOfNoLatentsIsRefusedInTheDialogAndNotRemembered() throws IOException {
    assertContains(
        "size.txt",
        "model's size model's size",
        "width must be a multiple of 8 pixels, but is 100. The nearest is 104.");
  }

  @Test
  void imageToImageSaysWhatItRepairsOrRepaintsAndSuggestsAnEdgeAndContext() throws IOException {
    assertContains(
        "region.txt",
        "Repairs the selection from its surroundings: the oval selection (40 × 30 pixels) of"
            + " \"Cells\": 512 × 400 pixels, 16-bit, slice 1 of 3, values ",
        "feather and context 2 44");
    assertContains(
        "whole.txt",
        "Repaints all of \"Cells\"",
        "resizes it by 0.25",
        "prompt white nuclei on a dark background");
  }

  @Test
  void denoiseLatentContinuesTheRunThatItsLatentsTell() throws IOException {
    assertContains(
        "latents.txt",
        "Continues \"Latents by step\", frame 3 of 7 after step 2 of 6, scheduler euler, seed 7,"
            + " \"few red vesicles\".",
        "few red vesicles 6 2 -1");
    assertContains(
        "final-latents.txt",
        "holds the final latents of a run, scheduler euler, seed 7",
        "Noise is added first, up to step 3 of 6.");
  }

  @Test
  void denoiseLatentOpensThePictureAndSaysSeedAndTimeInTheStatusBarAlone() throws IOException {
    assertTrue(
        read("denoised.txt").matches("128 × 128 Denoise Latent: seed 7, \\d+\\.\\d s log false"),
        read("denoised.txt"));
  }

  @Test
  void anImageThatIsNoLatentIsRefusedBeforeADialogOpens() throws IOException {
    for (String command : List.of("Decode Latent", "Denoise Latent", "Blend Latents")) {
      assertContains("no-latent.txt", command + " refuses: Expected a latent image");
    }
    assertContains("no-latent.txt", "but found \"Cells\" of type 16-bit.");
  }

  @Test
  void afterAFailureTheStatusBarSaysSo() throws IOException {
    assertEquals("Decode Latent failed", read("failed.txt"));
  }
}
