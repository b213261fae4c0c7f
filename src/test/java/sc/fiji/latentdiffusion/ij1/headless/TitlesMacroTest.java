/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.WindowManager;
import ij.macro.Interpreter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/** The titles by which macros select results, and images that have one title. */
class TitlesMacroTest {

  private static final String MODEL =
      "model=" + TestResources.spelled(TestResources.MICRO) + " precision=float32 steps=2 ";

  @BeforeAll
  static void headless() {
    System.setProperty("java.awt.headless", "true");
  }

  @BeforeEach
  @AfterEach
  void closeAllImages() {
    TestImages.closeAll();
  }

  @Test
  void theTitleOfEachResultSelectsThatResult() {
    succeeds(
        """
        titles = newArray(3); ids = newArray(3);
        for (i = 0; i < 3; i++) {
          run("Text to Image...", "%swidth=16 height=16 latents seed=" + i + " prompt=[a]");
          titles[i] = getTitle(); ids[i] = getImageID();
        }
        for (i = 0; i < 3; i++) {
          selectImage(titles[i]);
          if (getImageID() != ids[i]) exit(titles[i] + " is another image");
        }
        """
            .formatted(MODEL));
    assertEquals(
        List.of(
            "Latents by step",
            "Text to Image",
            "Latents by step-1",
            "Text to Image-1",
            "Latents by step-2",
            "Text to Image-2"),
        titles());
  }

  @Test
  void aRunOnAResultHasAnotherTitleThanTheResult() {
    succeeds(
        """
        newImage("Image to Image", "8-bit ramp", 16, 16, 1);
        for (i = 0; i < 2; i++) run("Image to Image...", "%sstrength=0 prompt=[a]");
        """
            .formatted(MODEL));
    assertEquals(List.of("Image to Image", "Image to Image-1", "Image to Image-2"), titles());
  }

  @Test
  void theTitleOfAResultThatWasClosedIsFree() {
    String run = "run('Text to Image...', '" + MODEL + "width=16 height=16 prompt=[a]'); close();";
    succeeds(run + run.replace(" close();", ""));
    assertEquals(List.of("Text to Image"), titles());
  }

  @Test
  void aControlImageWhoseTitleTwoImagesHaveIsRefusedWithTheirIds() {
    String net = "control=['" + TestResources.golden("control/edges") + "'=mask]";
    String call = "run(\"Text to Image...\", \"" + MODEL + net + " prompt=[nuclei]\");";
    String mask = "newImage('mask', 'RGB white', 16, 16, 1);";
    Optional<String> failure = HeadlessMacro.failureOf(mask + mask + call, "");
    int[] ids = WindowManager.getIDList();
    String message = failure.orElse("no failure");
    assertTrue(message.contains("\"mask\", but found 2"), message);
    assertTrue(message.contains(ids[0] + " and " + ids[1]), message);
    TestImages.closeAll();
    succeeds(mask + call);
  }

  /** Every key that names an image by its title refuses one that two images have. */
  @Test
  void soIsAMaskAndASecondLatentImage() {
    String masks = "newImage('m', '8-bit white', 16, 16, 1);".repeat(2);
    String picture = "newImage('in', '8-bit ramp', 16, 16, 1);";
    String repaint = "run('Image to Image...', '" + MODEL + "mask=m prompt=[a]');";
    assertTold("\"m\", but found 2", masks + picture + repaint);
    String latents = "run('Show Latent...', '" + MODEL.replace("steps=2 ", "") + "');";
    String twice = picture + (latents + "rename('l'); selectImage('in');").repeat(2) + latents;
    assertTold("\"l\", but found 2", twice + "run('Blend Latents...', 'frames=3 second=l');");
  }

  private static void assertTold(String expected, String macro) {
    String message = HeadlessMacro.failureOf(macro, "").orElse("no failure");
    assertTrue(message.contains(expected), message);
    TestImages.closeAll();
  }

  private static void succeeds(String macro) {
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(macro, ""));
  }

  private static List<String> titles() {
    return Arrays.stream(Interpreter.getBatchModeImageIDs())
        .mapToObj(id -> WindowManager.getImage(id).getTitle())
        .toList();
  }
}
