/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.OvalRoi;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.ij1.headless.Extension;
import sc.fiji.latentdiffusion.ij1.headless.HeadlessMacro;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/**
 * The commands in ImageJ's real windows, on a screen of their own: {@link Windows} drives them by
 * the keyboard in a process of its own, and these tests read its records. The screenshots stay in
 * target/screenshots; those of the README, in target/screenshots/readme, are to be copied to
 * src/site/images.
 */
public class WindowTest {

  private static final Path README = Path.of("target", "screenshots", "readme");
  private static final Path SEEN = Path.of("target", "screenshots");
  private static final Path MODELS = SEEN.resolve("models");
  private static final Path NO_CACHE = SEEN.resolve("no-cache");

  @BeforeAll
  static void driveTheWindows() throws IOException, InterruptedException {
    System.setProperty("java.awt.headless", "true");
    ModelCopies.into(MODELS.resolve("tiny"), TestResources.SD1);
    try (Screen screen = new Screen()) {
      run(Windows.class, SEEN, screen, Extension.classPath(SEEN.resolve("extension")));
      run(NativeQuestion.class, SEEN, screen, withoutNativeLibrary());
      Files.createDirectories(README);
      Process manager = windowManager(screen.display());
      run(Screenshots.class, README, screen, System.getProperty("java.class.path"));
      if (manager != null) {
        manager.destroy();
      }
    }
  }

  /** Frames around the windows of the README's pictures, where openbox is installed; else null. */
  private static Process windowManager(String display) {
    ProcessBuilder builder = new ProcessBuilder("openbox");
    builder.environment().put("DISPLAY", display);
    try {
      return builder.redirectErrorStream(true).redirectOutput(DISCARD).start();
    } catch (IOException notInstalled) {
      return null;
    }
  }

  /** Runs a program to its end; a log of its name holds its output. */
  static void run(Class<? extends Driver> program, Path folder, Screen screen, String jars)
      throws IOException, InterruptedException {
    Path log = SEEN.resolve(program.getSimpleName() + ".txt");
    boolean complete = !program.equals(NativeQuestion.class);
    Path cache = complete ? Path.of(System.getProperty("user.home"), ".djl.ai") : NO_CACHE;
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-Duser.home=" + SEEN.toAbsolutePath(), // nobody's ImageJ preferences
            "-Dlatentdiffusion.models=" + MODELS,
            "-DDJL_CACHE_DIR=" + cache,
            "-Dai.djl.offline=" + !complete,
            "-cp",
            jars,
            program.getName(),
            folder.toString());
    screen.run(builder, log);
  }

  private static String withoutNativeLibrary() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> !path.contains("pytorch-native"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void aWrongEntryDisablesOkAndIsNotLost() throws IOException {
    assertEquals("steps=0 ok=false", read("refused.txt"));
    assertTrue(Files.size(SEEN.resolve("dialog-refused.png")) > 0);
  }

  @Test
  void advancedSettingsAreSeenWhenAskedFor() throws IOException {
    assertEquals("false true false", read("more.txt"));
  }

  @Test
  void aRangeOfValuesCanBeTypedOnlyWhereItIsToBeGiven() throws IOException {
    assertEquals("false 65535, true 65535, false 65535", read("range.txt"));
  }

  @Test
  void theRecorderWritesEveryKeyAndTheSeedThatWasDrawn() throws IOException {
    assertTrue(
        read("recorded.ijm")
            .lines()
            .findFirst()
            .orElseThrow()
            .matches(
                "run\\(\"Text to Image...\", \"model=\\S+ width=64 height=64 steps=5 guidance=4"
                    + " scheduler=dpmpp_2m_k seed=\\d+ precision=auto device=auto clipskip=1"
                    + " weighting=true count=1 batch=1 statistics=false type=auto share=0 seed2=-1"
                    + " tile=0 overlap=-1 preview=linear latents=false noise=false predicted=false"
                    + " decoded=false split=false table=false attention=false montage=false"
                    + " point=\\[] class=-1 guidancefrom=0 guidanceto=1 guide=cfg zerosteps=-1"
                    + " momentum=-0.5 threshold=15 parallel=0 rescale=0 truecfg=1 spacing=model"
                    + " cache=1 cachefrom=0 cacheto=1 rng=torch fade=false vae=\\[] encoders=\\[]"
                    + " conditioning=\\[] control=\\[] embeddings=\\[] lora=\\[] prompt=\\[green"
                    + " nuclei\\\\n"
                    + "3 few] negative=\\[]\"\\);"),
        read("recorded.ijm"));
  }

  @Test
  void theModelThatWasBrowsedForIsChosenAndRecordedByItsNameInTheModelsFolder() throws IOException {
    assertEquals(
        "built-in (128 × 128, drawn fluorescence microscopy)", read("browsed.txt"), "after Escape");
    assertTrue(read("recorded-schedule.ijm").contains("model=tiny\");"));
  }

  @Test
  void withoutPyTorchsLibraryARunAsksBeforeAnythingIsDownloaded() throws IOException {
    assertEquals("Text to Image canceled, 0", read("native-no.txt"));
    String failure = read("native-yes.txt").replace('\n', ' ');
    assertTrue(failure.contains("could not be downloaded into"), failure);
  }

  @Test
  void theRecordedLineReplaysHeadlessToTheSamePixels() throws IOException {
    TestImages.closeAll();
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(read("recorded.ijm"), ""));
    ImagePlus replayed = WindowManager.getCurrentImage();
    ImagePlus shown = IJ.openImage(SEEN.resolve("result.tif").toString());
    assertArrayEquals(
        (int[]) shown.getProcessor().getPixels(), (int[]) replayed.getProcessor().getPixels());
  }

  @Test
  void onlyTheOvalIsRepainted() throws IOException {
    ImagePlus before = IJ.openImage(SEEN.resolve("result.tif").toString());
    ImagePlus after = IJ.openImage(SEEN.resolve("image-to-image.tif").toString());
    OvalRoi oval = new OvalRoi(16, 8, 30, 40);
    int changed = 0;
    for (int y = 0; y < before.getHeight(); y++) {
      for (int x = 0; x < before.getWidth(); x++) {
        boolean same = before.getProcessor().get(x, y) == after.getProcessor().get(x, y);
        assertTrue(same || oval.contains(x, y), "at (" + x + ", " + y + ")");
        changed += same ? 0 : 1;
      }
    }
    assertTrue(changed > 500, changed + " pixels changed");
    String recorded = read("recorded-image-to-image.ijm");
    assertTrue(
        recorded.contains(
            "feather=3 context=44 scale=false channels=[] intensity=display minimum=0 maximum=255"
                + " slices=current seeds=same count=1 batch=1 statistics=false type=auto share=0"
                + " seed2=-1 tile=0 overlap=-1 rois=selection areas=together"
                + " regions=false labels=false coherence=0 detail=1 level=true preview=linear"),
        recorded);
  }

  @Test
  void theResultIsTheActiveImage() throws IOException {
    assertEquals("Text to Image", read("active.txt"));
  }

  @Test
  void aSchedulerOfOneFileStandsInTheDialogsAfterThePluginsOwn() throws IOException {
    List<String> labels = new ArrayList<>(Schedulers.labels());
    labels.add("DDIM Quadratic");
    assertEquals(labels, read("schedulers.txt").lines().toList());
    labels.add(0, "all");
    assertEquals(labels, read("schedulers-and-all.txt").lines().toList());
  }

  @Test
  void aCommandOfOneFileHasItsKeysInTheDialogAndTheHelp() throws IOException {
    assertEquals(
        List.of("Title", "Trips", "Precision", "Device", "Model", "VAE", "Encoders"),
        read("outside-labels.txt").lines().filter(label -> !label.isBlank()).toList());
    String help = read("outside-help.txt").replaceAll("\\s+", " ");
    for (String key : List.of("title", "trips", "latents", "precision", "device", "model")) {
      assertTrue(help.contains("(" + key + ")"), help);
    }
    assertTrue(help.contains("The number of times the image is encoded and decoded."), help);
  }

  @Test
  void aCommandOfOneFileIsRecorded() throws IOException {
    assertTrue(
        read("recorded-outside.ijm")
            .contains(
                "run(\"Round Trip...\", \"trips=2 model=src/test/resources/golden/models/sd1"
                    + " precision=auto device=auto latents=false title=[Round Trip] vae=[]"
                    + " encoders=[]\");"),
        read("recorded-outside.ijm"));
  }

  @Test
  void showScheduleOpensATableThatMacrosSave() throws IOException {
    List<String> rows = read("schedule.csv").lines().toList();
    assertEquals(9, rows.size());
    assertTrue(rows.get(0).startsWith("scheduler,evaluation,step,"), rows.get(0));
    assertTrue(rows.get(8).startsWith("ddim_quadratic,8,8,"), rows.get(8));
  }

  @Test
  void theRecorderWritesTheShortNameOfTheScheduler() throws IOException {
    List<String> lines = read("recorded-schedule.ijm").lines().toList();
    assertTrue(
        lines.contains(
            "run(\"Show Schedule...\", \"steps=8 strength=1 scheduler=ddim_quadratic"
                + " spacing=model model=tiny\");"),
        lines.toString());
  }

  @Test
  void theModelsOfTheFolderAreOfferedWithFamilyAndSizeAndRecordedByName() throws IOException {
    List<String> models = read("models.txt").lines().toList();
    assertEquals("built-in (128 × 128, drawn fluorescence microscopy)", models.get(0));
    assertTrue(models.contains("tiny (64 × 64, Stable Diffusion 1.x and 2.x)"), models.toString());
  }

  @Test
  void aDownloadWaitsForAYesWhichIsRecorded() throws IOException {
    assertEquals("asked", read("question.txt"));
    assertTrue(Files.size(MODELS.resolve("owner/name/x.ckpt")) > 0);
    assertTrue(
        read("recorded-get-model.ijm")
            .matches(
                "(?s).*run\\(\"Get Model...\", \"accept=true .*hub=http://127.0.0.1:\\d+"
                    + " name=owner/name/x\\.ckpt\"\\);.*"),
        read("recorded-get-model.ijm"));
  }

  @Test
  void escapeEndsALongRunAndLeavesNoWindowAndImageJUsable() throws IOException {
    assertEquals("Text to Image canceled, 0 more images, then Invert worked", read("escape.txt"));
  }

  @Test
  void closingThePreviewStopsTheRunAndLeavesTheFinishedSteps() throws IOException {
    assertEquals(
        "Text to Image canceled; what was finished is kept, Latents by step (partial), 1"
            + " more images",
        read("preview.txt"));
  }

  @Test
  void aSecondRunWaitsForTheFirstAndSaysSo() throws IOException {
    assertTrue(read("waiting.txt").contains(" of 999 (another run waits)"), read("waiting.txt"));
  }

  @Test
  void withoutAnImageTheMessageSaysToOpenOne() throws IOException {
    assertTrue(
        read("no-image.txt").replace('\n', ' ').contains("Open an image"), read("no-image.txt"));
  }

  @Test
  void thePicturesOfTheReadmeAreMade() throws IOException {
    for (String name : List.of("dialog.png", "imagej.png")) {
      BufferedImage picture = ImageIO.read(README.resolve(name).toFile());
      assertTrue(picture.getWidth() > 400 && picture.getHeight() > 300, name);
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(SEEN.resolve(file)).strip();
  }
}
