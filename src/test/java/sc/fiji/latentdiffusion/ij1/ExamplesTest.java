/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;

/**
 * The examples: the macros of the source tree, in ImageJ's menu and without a screen. {@link
 * ShownExamples} and {@link HeadlessExamples} run them, with a tiny model in place of the built-in
 * one. The pictures of the screen stay in target/screenshots/examples.
 */
class ExamplesTest {

  private static final Path MACROS = Path.of("macros").toAbsolutePath();
  private static final Path SEEN = Path.of("target", "screenshots", "examples").toAbsolutePath();
  private static final Path MODELS = SEEN.resolve("models");

  private static final Path SHORTER = SEEN.resolve("macros");

  /** What takes minutes in an example, and what takes seconds in its place. */
  private static final Map<String, List<String>> SHORTENED =
      Map.of(
          "train.ijm", List.of("steps=200", "steps=8"),
          "repairs.ijm", List.of("steps=10", "steps=2"),
          "schedulers.ijm", List.of("steps=20", "steps=4"),
          "contact_sheet.ijm", List.of("\"seed=\"", "\"steps=4 seed=\""),
          "training_pairs.ijm", List.of("\"rois=overlay", "\"steps=4 rois=overlay"),
          "lessons/1_noise_and_strength.ijm", List.of("steps=20", "steps=5"),
          "lessons/2_which_word_did_it.ijm", List.of("steps=20", "steps=4"),
          "lessons/6_inversion.ijm", List.of("steps = 40", "steps = 8"),
          "lessons/4_what_a_scheduler_does.ijm", List.of("\"20\"", "\"10\""));

  /** The folder in which the program with a screen runs. */
  private static final Path SHOWN = SEEN.resolve("shown");

  /** The folder in which the program without a screen runs. */
  private static final Path HERE = SEEN.resolve("here");

  @BeforeAll
  static void runTheExamples() throws IOException, InterruptedException {
    ModelCopies.into(SEEN.resolve("classes/model"), TestResources.SD1);
    ModelCopies.into(MODELS.resolve("sd15"), TestResources.MICRO);
    ModelCopies.into(MODELS.resolve("controlnet/canny"), TestResources.golden("control/edges"));
    shortenTheExamples();
    Files.createDirectories(SEEN.resolve("batch"));
    for (String former : List.of("one.tif", "batch.csv")) {
      Files.deleteIfExists(SEEN.resolve("batch repainted").resolve(former));
    }
    BufferedImage image = new BufferedImage(24, 20, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "png", SEEN.resolve("batch/one.png").toFile());
    Files.createDirectories(SHOWN);
    Files.createDirectories(HERE.resolve("target"));
    Path log = SEEN.resolve("headless.log");
    Process headless =
        program(HeadlessExamples.class, true)
            .directory(HERE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (Screen screen = new Screen()) {
      ProcessBuilder shown = program(ShownExamples.class, false).directory(SHOWN.toFile());
      screen.run(shown, SEEN.resolve("shown.log"));
      assertEquals(0, SHOWN.toFile().list().length, "files were written unasked");
      assertEquals(0, headless.waitFor(), () -> "see " + log);
    } finally {
      headless.destroy();
    }
  }

  /** Writes the macros for the program without a screen, and the shorter ones for the menu. */
  private static void shortenTheExamples() throws IOException {
    Path menu = Files.createDirectories(SEEN.resolve("classes/script_templates/Latent_Diffusion"));
    Files.createDirectories(SHORTER.resolve(ExamplePlugIn.LESSONS));
    Files.createDirectories(menu.resolve(ExamplePlugIn.LESSONS));
    for (String name : macros()) {
      String text = Files.readString(MACROS.resolve(name));
      List<String> change = SHORTENED.get(name);
      if (change != null) {
        assertTrue(text.contains(change.get(0)), name + " has no " + change.get(0));
        text = text.replace(change.get(0), change.get(1));
        Files.writeString(menu.resolve(name), text);
      }
      Files.writeString(SHORTER.resolve(name), text);
    }
  }

  private static ProcessBuilder program(Class<?> main, boolean headless) {
    String jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(jar -> Path.of(jar).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-Dpatience=300", // thirty runs on a busy machine
            "-Djava.awt.headless=" + headless,
            "-Duser.home=" + SEEN, // nobody's ImageJ preferences
            "-DDJL_CACHE_DIR=" + Path.of(System.getProperty("user.home"), ".djl.ai"),
            "-Dlatentdiffusion.models=" + MODELS,
            "-cp",
            SEEN.resolve("classes") + File.pathSeparator + jars,
            main.getName(),
            SEEN.toString(),
            SHORTER.toString());
    program.environment().put("OMP_NUM_THREADS", "1"); // networks so small gain nothing by more
    return program;
  }

  static List<String> macros() {
    return macros(MACROS);
  }

  /** Returns the macros of a folder, by their paths in it, and those of its lessons. */
  static List<String> macros(Path folder) {
    String lessons = ExamplePlugIn.LESSONS;
    Stream<String> inside =
        Arrays.stream(folder.resolve(lessons).toFile().list()).map(name -> lessons + name);
    return Stream.concat(Arrays.stream(folder.toFile().list()), inside)
        .filter(name -> name.endsWith(".ijm"))
        .sorted()
        .toList();
  }

  @Test
  void theMenuListsEveryMacroOfTheFolder() {
    Set<MenuEntries.Entry> listed = new TreeSet<>((a, b) -> a.label().compareTo(b.label()));
    MenuEntries.read(MenuEntries.class, "/plugins.config").stream()
        .filter(entry -> entry.menu().equals(ExamplePlugIn.MENU))
        .forEach(listed::add);
    String expected =
        macros().stream()
            .map(ExamplePlugIn::entry)
            .map(MenuEntries.Entry::toString)
            .sorted()
            .collect(Collectors.joining("\n"));
    String found =
        listed.stream().map(MenuEntries.Entry::toString).sorted().collect(Collectors.joining("\n"));
    assertEquals(expected, found, "plugins.config must list these:\n" + expected);
  }

  @ParameterizedTest
  @MethodSource("macros")
  void aMacroBeginsWithACommentThatSaysWhatItShows(String macro) throws IOException {
    String first = Files.readAllLines(MACROS.resolve(macro)).get(0);
    assertTrue(first.matches("// [A-Z].{40,}"), first);
  }

  @ParameterizedTest
  @CsvSource({
    "Tour, Tour 1192×748×1×1×1",
    "Text to Image, Text to Image-1 64×64×1×1×1",
    "Steps, Montage 778×456×1×1×1",
    "Numbers, Norms by step",
    "Attention, Which word made what 394×80×1×1×1",
    "Image to Image, Spots 256×192×1×1×1|Image to Image 256×192×1×1×1",
    "Strength, Strength 968×358×1×1×1",
    "Selection, Selection 518×146×1×1×1",
    "Mosaic, Mosaic 384×422×1×1×1",
    "Region Prompts, Region prompts 580×146×1×1×1",
    "Repair, Repair 516×276×1×1×1",
    "Repairs, Repairs 388×146×1×1×1",
    "Debris, Debris 516×276×1×1×1",
    "Training Pairs, Training pairs 648×258×1×1×1",
    "Sweep, Sweep 64×64×1×4×3",
    "Train, Train 518×436×1×1×1",
    "Epithelium, Epithelium 792×298×1×1×1",
    "Show Latent, Text to Image-1 64×64×1×1×1|Latents 8×8×4×1×1",
    "Decode Latent, Text to Image-1 64×64×1×1×1|Latents 8×8×4×1×1|Decoded 64×64×1×1×1",
    "Denoise Latent, Mirrored at step 15 128×128×1×1×1",
    "Edit, Edit 262×64×1×1×1",
    "Schedules, Sigma by step",
    "Schedulers, Schedulers 910×876×1×1×1",
    "Seed Study, Mean-1 64×64×3×1×1|SD 64×64×3×1×1",
    "Contact Sheet, Contact sheet 1158×812×1×1×1",
    "Batch, log one.png: done",
    "Control, Edges for ControlNet 64×64×1×1×1"
  })
  void fromTheMenuAnExampleLeavesWhatItSaysAndOtherImagesAlone(String label, String left)
      throws IOException {
    String record = Files.readString(SEEN.resolve(label + " Example.txt"));
    for (String image : left.split("\\|")) assertTrue(record.contains(image), record);
    assertTrue(!record.contains("touched"), record);
  }

  /** Without a screen all are run. */
  @ParameterizedTest
  @CsvSource({
    "Lesson 2 Which Word Did It, Lesson 2 Which word did it 336×168×1×1×1",
    "Lesson 7 How Sure Is It, Lesson 7 How sure is it 404×168×1×1×1"
  })
  void fromTheMenuALessonLeavesItsFigureAlone(String label, String left) throws IOException {
    String record = Files.readString(SEEN.resolve(label + ".txt"));
    assertTrue(record.contains(left), record);
    assertTrue(!record.contains("touched"), record);
    assertEquals(1, record.lines().filter(line -> line.contains("×1×")).count(), record);
  }

  @ParameterizedTest
  @CsvSource({
    "tour, target/tour/poster.png",
    "tour, target/tour/Noise by step.tif",
    "steps, target/steps.png",
    "numbers, target/numbers.csv",
    "attention, target/attention.png",
    "edit, target/edit.png",
    "strength, target/strength.png",
    "selection, target/selection.png",
    "region_prompts, target/region-prompts.png",
    "repair, target/repair.png",
    "repairs, target/repairs.png",
    "debris, target/debris.png",
    "training_pairs, target/training-pairs.png",
    "epithelium, target/epithelium.png",
    "training_pairs, target/masks/20.tif",
    "1_noise_and_strength, target/lesson-1.jpg",
    "2_which_word_did_it, target/lesson-2.jpg",
    "3_guidance_taken_apart, target/lesson-3.jpg",
    "4_what_a_scheduler_does, target/lesson-4.jpg",
    "5_latent_arithmetic, target/lesson-5.jpg",
    "6_inversion, target/lesson-6.jpg",
    "7_how_sure_is_it, target/lesson-7.jpg",
    "sweep, target/sweep.tif",
    "train, target/train.png",
    "schedules, target/karras-alpha-bar.png",
    "schedulers, target/schedulers.jpg",
    "seed_study, target/SD.tif",
    "contact_sheet, target/contact-sheet.png"
  })
  void withoutAScreenAnExampleWritesIntoTarget(String name, String file) throws IOException {
    assertEquals("ran", headless(name));
    assertTrue(Files.size(HERE.resolve(file)) > 0, file);
  }

  @ParameterizedTest
  @CsvSource({"text_to_image", "image_to_image", "show_latent", "decode_latent", "denoise_latent"})
  void withoutAScreenExamplesThatWriteNothingRun(String name) throws IOException {
    assertEquals("ran", headless(name));
  }

  @ParameterizedTest
  @CsvSource({"batch", "control"})
  void withoutAScreenExamplesThatAskSayThatTheyNeedAnArgument(String name) throws IOException {
    assertTrue(headless(name).contains("called exit"), headless(name));
  }

  /** How a macro ended. */
  private static String headless(String name) throws IOException {
    return Files.readString(SEEN.resolve(name + ".ijm.txt")).lines().findFirst().orElseThrow();
  }

  @Test
  void shiftOpensTheTextOfAnExample() throws IOException {
    assertEquals(
        Files.readString(MACROS.resolve("tour.ijm")).strip(),
        Files.readString(SEEN.resolve("text.txt")).strip());
  }

  @Test
  void theFolderChosenForTheBatchHoldsItsResults() {
    assertTrue(Files.exists(SEEN.resolve("batch repainted/one.tif")));
  }
}
