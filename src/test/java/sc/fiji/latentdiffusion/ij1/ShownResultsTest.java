/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How results are shown in ImageJ's real windows, on a screen of their own: {@link ShownResults}
 * opens and records them. The pictures of the screen stay in target/screenshots/results.
 */
class ShownResultsTest {

  private static final Path SEEN = Path.of("target", "screenshots", "results");
  private static final Rectangle SCREEN = new Rectangle(0, 0, 1280, 1024);

  @BeforeAll
  static void openResults() throws IOException, InterruptedException {
    Files.createDirectories(SEEN);
    try (Screen screen = new Screen()) {
      String jars = System.getProperty("java.class.path");
      WindowTest.run(ShownResults.class, SEEN, screen, jars);
    }
  }

  /** A line of a record: title, place on the screen, and what is seen. */
  private record Shown(String title, Rectangle place, String seen) {

    static Shown of(String line) {
      String[] parts = line.split("\t");
      int[] place = Arrays.stream(parts[1].split(",")).mapToInt(Integer::parseInt).toArray();
      String seen = String.join(" ", Arrays.copyOfRange(parts, 2, parts.length)) + " ";
      return new Shown(parts[0], new Rectangle(place[0], place[1], place[2], place[3]), seen);
    }

    void has(String property) {
      assertTrue(seen.contains(property + " "), title + ": " + property + " of " + seen);
    }
  }

  private static String text(String name) throws IOException {
    return Files.readString(SEEN.resolve(name + ".txt")).strip();
  }

  private static List<Shown> shown(String name) throws IOException {
    return text(name).lines().filter(line -> !line.startsWith("active\t")).map(Shown::of).toList();
  }

  private static Shown shown(String name, String title) throws IOException {
    return shown(name).stream().filter(s -> s.title().equals(title)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "steps",
        "large",
        "figure",
        "latents",
        "named",
        "schedule-dpmpp_2m_k",
        "schedule-all",
        "model-info",
        "tokens",
        "models"
      })
  void allWindowsAreOnTheScreenInFullAndNoneIsOverAnother(String name) throws IOException {
    List<Shown> windows = new ArrayList<>(shown(name));
    windows.removeIf(window -> window.title().equals("Preview"));
    // the log suggests a tile for the large image, and ImageJ places it
    windows.removeIf(window -> name.equals("large") && window.title().equals("Log"));
    for (Shown window : windows) {
      assertTrue(SCREEN.contains(window.place()), window.toString());
      assertFalse(window.seen().contains("whole=false"), window.toString());
      for (Shown other : windows) {
        boolean over = window.place().intersects(other.place());
        assertFalse(window != other && over, window + " and " + other);
      }
    }
  }

  @Test
  void thePictureOpensWhereThePreviewWasInItsSize() throws IOException {
    Shown preview = shown("steps", "Preview");
    Shown picture = shown("steps", "Text to Image");
    assertEquals(preview.place().getLocation(), picture.place().getLocation());
    assertEquals(256, preview.place().width);
    picture.has("zoom=2.0");
    picture.has("canvas=256×256");
    assertTrue(text("steps").endsWith("active\tText to Image"), "it is the active image");
  }

  @ParameterizedTest
  @CsvSource({
    "Latents by step, 16.0, 21",
    "Noise by step, 16.0, 20",
    "Predicted latents by step, 16.0, 20",
    "Images by step, 2.0, 20"
  })
  void stacksOfStepsHaveThePicturesSizeAndOpenAtTheLastStep(String title, String zoom, String frame)
      throws IOException {
    Shown stack = shown("steps", title);
    stack.has("zoom=" + zoom);
    stack.has("canvas=256×256");
    stack.has("frame=" + frame);
    stack.has("slider=" + frame);
  }

  @Test
  void theFirstStacksStandInARowBesideThePicture() throws IOException {
    Rectangle before = shown("steps", "Text to Image").place();
    for (String title : List.of("Latents by step", "Noise by step")) {
      Rectangle place = shown("steps", title).place();
      assertTrue(place.x >= before.x + before.width, title);
      before = place;
    }
  }

  @Test
  void latentsAndNoiseAreShownAroundZeroInTheChannelOfMostVariance() throws IOException {
    for (String title : List.of("Latents by step", "Noise by step", "Predicted latents by step")) {
      Shown stack = shown("steps", title);
      assertTrue(stack.seen().matches(".* range=-([0-9.]+)…\\1 mode=2 .*"), stack.seen());
    }
    shown("steps", "Latents by step").has("channel=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Latents by step", "Noise by step"})
  void aMontageOfAStackShowsSomething(String title) throws IOException {
    String[] found = text("montage of " + title).split(" ");
    assertTrue(Integer.parseInt(found[0]) > 1000, found[0] + " colours");
    assertTrue(Double.parseDouble(found[1]) < 0.4, found[1] + " of the pixels are white");
  }

  @Test
  void aMontageMadeByHandShowsOneChannelMagnified() throws IOException {
    String found = text("montage by hand");
    assertTrue(found.contains("zoom=4.0"), found);
    assertTrue(found.contains("canvas=320×256"), found);
    assertTrue(found.contains("mode=" + IJ.COLOR), found);
    assertTrue(found.endsWith("white=0.00"), found);
    String first = text("montage of channel 1");
    assertTrue(first.contains("channel=1"), first);
    assertTrue(first.endsWith("white=0.00"), first);
  }

  @Test
  void smallLatentsAndWhatTheyDecodeToAreMagnified() throws IOException {
    Shown latents = shown("latents", "Latents");
    latents.has("zoom=32.0");
    latents.has("canvas=256×192");
    Shown decoded = shown("latents", "Decoded");
    decoded.has("zoom=4.0");
    decoded.has("type=0"); // of a grey image: 8-bit
  }

  @Test
  void resultsOfADialogNameTheirSourceAndEachHasATitleOfItsOwn() throws IOException {
    assertEquals(
        List.of(
            "ImageJ",
            "img2d.tif",
            "img2d – Image to Image",
            "img2d – Image to Image-1",
            "img2d – Image to Image-2"),
        shown("named").stream().map(Shown::title).toList());
  }

  @Test
  void windowsKeepTheSizeThatTheyAreGivenWhenTheyOpen() throws IOException {
    for (Shown window : shown("named")) {
      if (window.title().contains("Image to Image")) window.has("canvas=256×256");
    }
  }

  @Test
  void theResultKeepsTheSelection() throws IOException {
    List<String> selections = text("selection").lines().toList();
    assertTrue(selections.get(0).contains("x=16, y=16, width=64"), selections.get(0));
    assertEquals(selections.get(1), selections.get(0));
  }

  @Test
  void resultsOfARunThatIsRecordedHaveTheTitlesThatMacrosFindOnAnyImage() throws IOException {
    assertEquals(List.of("img2d.tif", "Image to Image"), text("recorded-titles").lines().toList());
  }

  @Test
  void theTwoPlotsOfAScheduleStandBesideEachOtherAndTheTableBelow() throws IOException {
    Rectangle sigma = shown("schedule-dpmpp_2m_k", "Sigma by step").place();
    Rectangle alpha = shown("schedule-dpmpp_2m_k", "Alpha-bar by step").place();
    Rectangle table = shown("schedule-dpmpp_2m_k", "Schedule").place();
    assertEquals(sigma.y, alpha.y);
    assertTrue(alpha.x >= sigma.x + sigma.width);
    assertTrue(table.y >= sigma.y + sigma.height);
    assertTrue(sigma.width > 500 && sigma.height > 300 && table.height >= 160);
  }

  @Test
  void aTableIsAsWideAsItsColumnsOrTheScreen() throws IOException {
    assertEquals(SCREEN.width, shown("model-info", "Model Info").place().width);
    int tokens = shown("tokens", "Tokens").place().width;
    assertTrue(tokens > 540 && tokens < 700, tokens + " pixels");
  }
}
