/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import ij.process.ImageProcessor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.keys.MacroLine;

/** The commands in macros, without a screen, on a tiny model. */
class HeadlessMacroTest {

  private static final String MODEL = "model=" + TestResources.spelled(TestResources.SD1) + " ";
  private static final String QUICK = MODEL + "steps=2 ";

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
  void textToImageOpensItsPictureAndTheStacksAskedFor() {
    succeeds(
        run(
            "Text to Image...",
            QUICK + "width=32 height=24 seed=1 latents noise=true decoded=false prompt=[a b]"));
    assertEquals(3, Interpreter.getBatchModeImageCount());
    assertEquals("Text to Image", WindowManager.getCurrentImage().getTitle());
    ImagePlus picture = image("Text to Image");
    assertEquals("32x24", picture.getWidth() + "x" + picture.getHeight());
    assertEquals(ImagePlus.COLOR_RGB, picture.getType());
    assertArrayEquals(new int[] {4, 3, 4, 1, 3}, image("Latents by step").getDimensions());
    assertArrayEquals(new int[] {4, 3, 4, 1, 2}, image("Noise by step").getDimensions());
  }

  @Test
  void theNumbersOfARunAreATableThatMacrosReadAndSave(@TempDir Path folder) throws Exception {
    Path csv = folder.resolve("steps.csv");
    succeeds(
        run("Text to Image...", QUICK + "seed=1 table=true montage decoded=x prompt=[a b]")
            + "if (getResult('evaluation', 1) != 2) exit('wrong row');"
            + "saveAs('Results', '"
            + TestResources.spelled(csv)
            + "');");
    assertTrue(Files.readString(csv).contains("x RMS"), Files.readString(csv));
    assertEquals(3, Files.readAllLines(csv).size());
    assertEquals(ImagePlus.COLOR_RGB, image("Montage").getType());
    assertEquals(2, image("Noisy images by step").getNFrames());
    assertEquals(2, image("Images by step").getNFrames());
  }

  @Test
  void anInvertedPictureIsDenoisedWithItsOwnStepsAndScheduler() {
    succeeds(
        run("Text to Image...", QUICK + "width=32 height=24 seed=1 prompt=[a b]")
            + run("Invert...", MODEL + "steps=3 error=true prompt=[a b]"));
    ImagePlus inverted = image("Inverted");
    assertEquals(
        "0", inverted.getStack().getSliceLabel(1).replaceAll(".*step (\\d+) of 3.*", "$1"));
    assertEquals("3", info(inverted, "steps"));
    assertArrayEquals(new int[] {4, 3, 4, 1, 1}, image("Inversion error").getDimensions());
    succeeds(
        "selectImage('Inverted');"
            + run("Denoise Latent...", MODEL + "latents=true guidance=1 prompt=[a b]"));
    assertEquals("ddim", info(image("Denoised"), "scheduler"));
    assertEquals(4, image("Latents by step").getNFrames());
  }

  @Test
  void latentsAreBlendedAllTheWay() {
    succeeds(
        run("Text to Image...", QUICK + "width=32 height=24 seed=1 latents=true prompt=[a b]")
            + "selectImage('Text to Image');"
            + run("Show Latent...", MODEL + "posterior=sample seed=4")
            + "rename('other'); selectImage('Text to Image');"
            + run("Show Latent...", MODEL)
            + run("Blend Latents...", "frames=3 second=other"));
    assertArrayEquals(new int[] {4, 3, 4, 1, 3}, image("Blended").getDimensions());
    Optional<String> failure =
        HeadlessMacro.failureOf(run("Blend Latents...", "share=0.2 frames=3 second=other"), "");
    assertTrue(failure.orElse("").contains("share is for one frame"), failure.toString());
  }

  @Test
  void promptsAreComparedByTheNoiseThatTheModelExpects() {
    succeeds(
        run("Text to Image...", QUICK + "width=32 height=24 seed=1 prompt=[a b]")
            + run("Probe Noise...", MODEL + "levels=2 trials=2 seed=3 prompts=[a cell|(b|c)|d e]")
            + "if (nResults != 3) exit('wrong rows');"
            + "if (getResultString('prompt', 0) != getInfo('bestPrompt')) exit('wrong order');");
    ImagePlus errors = image("Noise error");
    assertArrayEquals(new int[] {4, 3, 3, 1, 2}, errors.getDimensions());
    assertTrue(errors.getStack().getSliceLabel(2).startsWith("(b|c), timestep 250, sigma "));
    Optional<String> failure = HeadlessMacro.failureOf(run("Probe Noise...", "prompts=[ | ]"), "");
    assertTrue(failure.orElse("").contains("at least one prompt"), failure.toString());
  }

  @Test
  void theChecksOfAModelAreATableAndAFailingOneDoesNotEndTheMacro(@TempDir Path folder)
      throws Exception {
    Path model = folder.resolve("sd1");
    ModelCopies.into(model, TestResources.SD1);
    Files.writeString(model.resolve("goldens.safetensors"), "nothing");
    succeeds(
        run("Check Model...", "precision=float32 model=" + TestResources.spelled(model))
            + "if (getResultString('result', 0) != 'pass') exit(getResultString('check', 0));"
            + "last = nResults - 1;"
            + "if (getResultString('check', last) != 'goldens') exit('no row of goldens');"
            + "if (getResultString('result', last) != 'fail') exit('should fail');");
  }

  @Test
  void aPointSelectionIsTheOneWhoseAttentionIsShown() {
    succeeds(
        run("Text to Image...", QUICK + "width=32 height=24 seed=1 prompt=[a b]")
            + "makePoint(9, 20);"
            + run("Image to Image...", QUICK + "strength=1 attention=true prompt=[a b]"));
    assertEquals(2, image("Attention of a point").getNFrames());
    assertEquals("32", "" + image("Attention").getWidth());
  }

  @Test
  void theMacroLineInTheInfoReplaysToTheSamePixels() {
    succeeds(run("Text to Image...", QUICK + "seed=-1 prompt=[few cells]"));
    int[] first = pixels(image("Text to Image"));
    String line = info(image("Text to Image"), "macro");
    TestImages.closeAll();
    succeeds(line);
    assertArrayEquals(first, pixels(image("Text to Image")));
  }

  @Test
  void ofASeedOf64BitsLogAndInfoSayWhichOneIsUsed() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(log, true));
    try {
      succeeds(run("Text to Image...", QUICK + "seed=13668926583398170101 prompt=[a]"));
    } finally {
      System.setOut(out);
    }
    ImagePlus picture = image("Text to Image");
    assertTrue(log.toString().contains("seed=13668926583398170101 is larger than"), log.toString());
    assertTrue(log.toString().contains("seed=2018999797."), log.toString());
    assertEquals("2018999797", info(picture, "seed"));
    succeeds(run("Text to Image...", QUICK + "seed=2018999797 prompt=[a]"));
    assertArrayEquals(pixels(picture), pixels(image("Text to Image-1")));
  }

  @Test
  void lorasAreReadFromAMacroAndReplayed() {
    String lora = TestResources.spelled(TestResources.golden("lora")) + "/";
    succeeds(
        run(
            "Text to Image...",
            QUICK
                + "seed=3 lora=['"
                + lora
                + "kohya.safetensors':0.8, "
                + lora
                + "peft:-0.5] prompt=[few cells]"));
    int[] first = pixels(image("Text to Image"));
    assertEquals("adapter_model.safetensors", lastPart(info(image("Text to Image"), "lora2")));
    assertEquals("-0.5", info(image("Text to Image"), "lora2Weight"));
    String line = info(image("Text to Image"), "macro");
    TestImages.closeAll();
    succeeds(line);
    assertArrayEquals(first, pixels(image("Text to Image")));
  }

  @Test
  void aLoraInThePromptGoesToTheListAndIsReplayedFromThere() {
    String lora = TestResources.spelled(TestResources.golden("lora")) + "/kohya.safetensors";
    succeeds(run("Text to Image...", QUICK + "seed=3 lora=['" + lora + "':0.8] prompt=[cells]"));
    int[] first = pixels(image("Text to Image"));
    TestImages.closeAll();
    succeeds(run("Text to Image...", QUICK + "seed=3 prompt=[cells <lora:" + lora + ":0.8>]"));
    ImagePlus pasted = image("Text to Image");
    assertArrayEquals(first, pixels(pasted));
    assertEquals("cells", info(pasted, "prompt"));
    assertEquals(lora + ":0.8", info(pasted, "lora"));
    String note = " went from the prompt to the list of LoRAs (lora).";
    assertEquals("<lora:" + lora + ":0.8>" + note, info(pasted, "warning1"));
    String line = info(pasted, "macro");
    assertTrue(line.contains("lora=" + lora + ":0.8 prompt=cells "), line);
    TestImages.closeAll();
    succeeds(line);
    assertArrayEquals(first, pixels(image("Text to Image")));
    String twice = QUICK + "lora=x:0.5 prompt=[<lora:x:0.8>]";
    String failure = HeadlessMacro.failureOf(run("Text to Image...", twice), "").orElse("");
    assertTrue(failure.contains("<lora:x:0.8> gives the LoRA x another weight"), failure);
  }

  @Test
  void aSavedPictureGivesTheSameRun(@TempDir Path folder) {
    String file = TestResources.spelled(folder.resolve("picture.png"));
    String steps =
        "steps=2 width=32 height=24 seed=9223372036854775807 rng=cuda scheduler=euler_a ";
    succeeds(
        run("Text to Image...", MODEL + steps + "prompt=[few “cells”, many: é] negative=[a,b]")
            + run("Save Picture...", "path=[" + file + "]"));
    int[] first = pixels(image("Text to Image"));
    TestImages.closeAll();
    succeeds(
        run("Read Settings...", "path=[" + file + "]")
            + "eval(getResultString('Set to', nResults - 1));");
    assertArrayEquals(first, pixels(image("Text to Image")));
    String again = run("Save Picture...", "path=[" + file + "]");
    String failure = HeadlessMacro.failureOf(again, "").orElse("");
    assertTrue(failure.contains("exists already"), failure);
    succeeds(run("Save Picture...", "overwrite=true path=[" + file + "]"));
    succeeds(run("Read Settings...", "open=false"));
    failure = HeadlessMacro.failureOf(run("Save Picture...", ""), "").orElse("");
    assertTrue(failure.contains("path must name the file"), failure);
    TestImages.closeAll();
    failure = HeadlessMacro.failureOf(run("Read Settings...", ""), "").orElse("");
    assertTrue(failure.contains("There is no picture to read"), failure);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Test
  void controlNetsSeeTheImageOfATitleOrTheActiveOneAndAreReplayed() {
    String model = "model=" + TestResources.spelled(TestResources.MICRO) + " steps=2 seed=1 ";
    String net = TestResources.spelled(TestResources.golden("control/edges"));
    String blobs = "newImage('My Edges, 2', 'RGB ramp', 32, 32, 1);";
    succeeds(
        blobs + run("Text to Image...", model + "control=[" + net + ":0.8@0-0.9='My Edges, 2']"));
    ImagePlus named = image("Text to Image");
    int[] first = pixels(named);
    assertEquals("My Edges, 2", info(named, "control1Image"));
    String line = info(named, "macro");
    TestImages.closeAll();
    succeeds(blobs + line);
    assertArrayEquals(first, pixels(image("Text to Image")));
    TestImages.closeAll();
    succeeds(blobs + run("Text to Image...", model + "control=[" + net + ":0.8@0-0.9]"));
    assertArrayEquals(first, pixels(image("Text to Image")));
  }

  @Test
  void textualInversionsAreNamedInPromptsShownAsTokensAndReplayed() {
    String model = "model=" + TestResources.spelled(TestResources.MICRO) + " ";
    String files = TestResources.spelled(TestResources.golden("embeddings")) + "/";
    String keys = "embeddings=[" + files + "ink, " + files + "dots] prompt=[(ink:1.2), dots]";
    succeeds(run("Text to Image...", model + "steps=2 seed=1 " + keys));
    int[] first = pixels(image("Text to Image"));
    assertEquals("ink.pt", info(image("Text to Image"), "embedding1"));
    assertEquals(64, info(image("Text to Image"), "embedding2Sha256").length());
    String line = info(image("Text to Image"), "macro");
    TestImages.closeAll();
    succeeds(line);
    assertArrayEquals(first, pixels(image("Text to Image")));
    succeeds(run("Show Tokens...", model + keys));
    ResultsTable tokens = Analyzer.getResultsTable();
    assertEquals("ink_2", tokens.getStringValue("token", 3));
    assertEquals(663, tokens.getValue("id", 3));
    assertEquals(1.2, tokens.getValue("weight", 3), 1e-6);
    fails(run("Show Tokens...", model + "embeddings=" + files + "star"), "another family");
    String again = "embeddings=[" + files + "ink, " + files + "ink.pt]";
    fails(run("Show Tokens...", model + again), "ink.pt twice");
  }

  @Test
  void missingKeysTakeTheirDefaultsAndNotThoseOfTheLastRun() {
    succeeds(run("Text to Image...", QUICK + "width=16 height=16 guidance=5 prompt=[x]"));
    TestImages.closeAll();
    succeeds(run("Text to Image...", MODEL + "steps=1"));
    assertEquals("4", info(image("Text to Image"), "guidance"));
    assertEquals("64", info(image("Text to Image"), "width"));
  }

  @Test
  void imageToImageShowLatentAndDecodeLatentWorkOnTheActiveImage() {
    succeeds(
        "newImage('Ramp', '8-bit ramp', 40, 32, 1); makeRectangle(8, 8, 16, 16);"
            + run("Image to Image...", MODEL + "steps=4 strength=0.5 seed=3 prompt=[a]")
            + "if (getTitle() != 'Image to Image') exit('not active');"
            + "selectImage('Ramp'); run('Select None');"
            + run("Show Latent...", MODEL)
            + run("Decode Latent...", MODEL));
    assertEquals(ImagePlus.GRAY8, image("Image to Image").getType());
    assertArrayEquals(new int[] {5, 4, 4, 1, 1}, image("Latents").getDimensions());
    assertArrayEquals(new int[] {40, 32, 1, 1, 1}, image("Decoded").getDimensions());
  }

  @Test
  void aCommandOfImageJThatNeedsAScreenEndsTheMacroAndSaysSo() {
    Optional<String> failure =
        HeadlessMacro.failureOf(
            "newImage('A', '8-bit', 8, 8, 1);\nrun('Duplicate...', 'title=B');\nexit();", "");
    assertTrue(failure.orElse("").startsWith("line 2: Duplicate... of ImageJ"), failure::toString);
  }

  @Test
  void strengthZeroWithStacksGivesTheInputAndNoStack() {
    succeeds(
        "newImage('Ramp', '8-bit ramp', 16, 16, 1);"
            + run("Image to Image...", MODEL + "strength=0 latents noise predicted decoded"));
    assertArrayEquals(pixels8("Ramp"), pixels8("Image to Image"));
    assertEquals(2, Interpreter.getBatchModeImageCount());
  }

  @Test
  void showScheduleOpensPlotsThatMacrosSelectAndSaveAndATableThatTheyReadAndSave(
      @TempDir Path folder) throws Exception {
    Files.createDirectories(folder);
    String path = folder.toString();
    succeeds(
        run("Show Schedule...", MODEL + "steps=6 scheduler=dpmpp_2m_k")
            + "if (getTitle() != 'Sigma by step') exit('not active');"
            + "saveAs('PNG', '"
            + path
            + "/sigma.png');"
            + "selectWindow('Alpha-bar by step'); saveAs('Tiff', '"
            + path
            + "/alpha.tif');"
            + "if (nResults != 6) exit('rows');"
            + "if (abs(getResult('sigma', 0) - 14.6146) > 1e-4) exit('sigma');"
            + "if (Table.get('step', 5) != 6) exit('step');"
            + "saveAs('Results', '"
            + path
            + "/schedule.csv'); Table.save('"
            + path
            + "/t.csv');");
    assertTrue(IJ.openImage(path + "/sigma.png").getWidth() > 700);
    String macro = info(IJ.openImage(path + "/alpha.tif"), "macro");
    assertEquals(
        "run(\"Show Schedule...\", \"steps=6 strength=1 scheduler=dpmpp_2m_k spacing=model "
            + MODEL.trim()
            + "\");",
        macro);
    String table = Files.readString(folder.resolve("schedule.csv"));
    assertEquals(7, table.lines().count(), table);
    assertTrue(table.startsWith("scheduler,evaluation,step,"), table);
    assertEquals(table, Files.readString(folder.resolve("t.csv")));
  }

  @Test
  void theMacroLineInAPlotsInfoReplaysToTheSamePlotAndTable() {
    succeeds(run("Show Schedule...", MODEL + "scheduler=all strength=0.3"));
    String line = info(image("Sigma by step"), "macro");
    int[] first = pixels(image("Sigma by step"));
    String table = ResultsTable.getResultsTable().getRowAsString(0);
    TestImages.closeAll();
    Analyzer.setResultsTable(new ResultsTable());
    succeeds(line);
    assertArrayEquals(first, pixels(image("Sigma by step")));
    assertEquals(table, ResultsTable.getResultsTable().getRowAsString(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "strength=0 | Strength 0 of 20 steps leaves no step",
        "strength=0.04 | Give a strength of at least 0.05",
        "strength=0 scheduler=all | leaves no step",
        "strength=1.5 | strength must be between 0 and 1, but is 1.5",
        "steps=0 | steps must be a whole number of at least 1, but is 0",
        "steps=2000 | steps: expected 1…1000",
        "steps=2000 scheduler=all | steps: expected 1…1000",
        "scheduler=eulr | expected one of euler,",
        "scheduler=euler,eulr | expected one of euler,",
        "seed=3 | steps, strength, scheduler, spacing, model",
        "model=no/such | no/such"
      })
  void aScheduleThatCannotBeShownIsRefusedAndOpensNothing(String options, String expected) {
    fails(run("Show Schedule...", options), expected);
    assertEquals(0, Interpreter.getBatchModeImageCount());
  }

  private static byte[] pixels8(String title) {
    return (byte[]) image(title).getProcessor().getPixels();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a \"b\" c", "a [b] c", "a ] b", "back\\slash", "seed=5 steps=9", "it's", "x=y"})
  void anyPromptGoesThroughAMacroUnchanged(String prompt) {
    Map<String, String> values =
        new java.util.LinkedHashMap<>(
            Map.of("model", MODEL.substring(6).trim(), "steps", "1", "width", "8", "height", "8"));
    values.put("prompt", prompt);
    succeeds(MacroLine.run("Text to Image...", values));
    assertEquals(prompt, info(image("Text to Image"), "prompt"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps=0 | steps must be a whole number of at least 1, but is 0",
        "steps=-3 | steps must be a whole number of at least 1, but is -3",
        "steps=1.5 | steps must be a whole number, but is \"1.5\"",
        "steps=many | steps must be a whole number, but is \"many\"",
        "width=12 | multiple",
        "width=-8 | width must be",
        "height=1000000 | height must be",
        "guidance=NaN | guidance must be",
        "guidance=-1 | guidance must be",
        "scheduler=eulr | expected one of euler,",
        "seed=18446744073709551616 | seed must be",
        "steps=3 seed=1 steps=9 | steps is given twice",
        "seed=-2 | seed must be",
        "precision=int4 | precision must be one of",
        "device=tpu | device must be one of",
        "preview=maybe | preview must be one of",
        "latents=maybe | latents must be true or false, but is \"maybe\"",
        "stepz=3 | stepz",
        "prompt=green nuclei | square brackets"
      })
  void badOptionsAreRefusedWithWhatWasExpectedAndFound(String options, String expected) {
    String rest = options.startsWith("width") ? " height=16" : "";
    fails(run("Text to Image...", MODEL + options + rest), expected);
    assertEquals(0, Interpreter.getBatchModeImageCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"src", "src/no/such/model", "pom.xml"})
  void aModelThatIsNoneIsRefusedWithItsPath(String path) {
    fails(run("Text to Image...", "model=" + path), path);
  }

  @Test
  void strengthOutsideOfZeroToOneIsRefused() {
    String image = "newImage('a', '8-bit ramp', 16, 16, 1);";
    fails(image + run("Image to Image...", MODEL + "strength=1.01"), "strength must be");
    fails(image + run("Image to Image...", MODEL + "strength=-0.1"), "strength must be");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Image to Image...", "Show Latent..."})
  void aRangeOfValuesThatIsNotUsedIsRefused(String label) {
    String image = "newImage('a', '16-bit ramp', 16, 16, 1);";
    fails(image + run(label, MODEL + "minimum=0 maximum=255"), "intensity is not named");
    fails(
        image + run(label, MODEL + "intensity=display maximum=4095"), "only with intensity=given");
  }

  @ParameterizedTest
  @CsvSource({
    "Image to Image..., Open an image first",
    "Show Latent..., Open an image first",
    "Decode Latent..., no image is open. Select the window"
  })
  void withoutAnImageTheCommandsThatNeedOneSayWhatToDo(String label, String advice) {
    fails(run(label, MODEL), advice);
  }

  @Test
  void imagesThatAreNoLatentsAreNotDecoded() {
    fails("newImage('a', '8-bit', 16, 16, 1);" + run("Decode Latent...", MODEL), "channel");
    fails(
        "newImage('a', '32-bit composite-mode', 4, 4, 4, 1, 1); setPixel(1, 1, NaN);"
            + run("Decode Latent...", MODEL),
        "NaN");
  }

  @Test
  void selectionsThatAreNoAreaAreRefused() {
    String image = "newImage('a', '8-bit', 16, 16, 1);";
    String run = run("Image to Image...", MODEL);
    fails(image + "makeLine(2, 2, 9, 9);" + run, "an area");
    fails(image + "makePoint(2, 2);" + run, "an area");
  }

  @Test
  void anOvalOfEverySliceOfACompositeIsReplacedInTheChannelsAskedFor() {
    succeeds(
        "newImage('a', '16-bit composite-mode', 24, 24, 3, 2, 1);"
            + "makeOval(4, 4, 16, 16);"
            + run(
                "Image to Image...",
                MODEL
                    + "steps=2 strength=1 seed=3 feather=2 context=4 scale channels=3,0,1"
                    + " intensity=full slices=all seeds=consecutive"));
    ImagePlus result = image("Image to Image");
    assertArrayEquals(new int[] {24, 24, 3, 2, 1}, result.getDimensions());
    for (int i = 1; i <= 6; i++) {
      boolean second = i == 2 || i == 5;
      ImageProcessor before = image("a").getStack().getProcessor(i);
      ImageProcessor after = result.getStack().getProcessor(i);
      assertEquals(before.get(2, 2), after.get(2, 2), "slice " + i);
      assertEquals(second, before.get(12, 12) == after.get(12, 12), "slice " + i);
    }
    assertEquals("3,0,1", info(result, "channels"));
  }

  @Test
  void aFailingCommandEndsTheMacroInItsLine() {
    Optional<String> failure =
        HeadlessMacro.failureOf(
            "a = 1;\n" + run("Text to Image...", "steps=0") + "\nnewImage('b', '8-bit', 9, 9, 1);",
            "");
    assertTrue(failure.orElseThrow().startsWith("line 2: steps must be"), failure.toString());
    assertEquals(0, Interpreter.getBatchModeImageCount());
  }

  @Test
  void imageJUsesItsOwnCommandsBesides() {
    succeeds("newImage('a', '8-bit black', 9, 9, 1); run('Invert'); run('Find Edges');");
    fails("run('No Such Command');", "No Such Command");
    fails("x = ;", "line 1");
    fails("exit('no');", "exit");
    succeeds("exit;");
  }

  @Test
  void mainEndsWithStatusOneAndTheMessageOnStandardError(@TempDir Path folder) throws Exception {
    Path macro = Files.writeString(folder.resolve("bad.ijm"), run("Text to Image...", "steps=0"));
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                macro.toString())
            .redirectError(err.toFile())
            .start();
    assertEquals(1, process.waitFor());
    assertTrue(Files.readString(err).contains("steps must be"), Files.readString(err));
  }

  @Test
  void mainSaysWhichMacroIsMissing() {
    assertTrue(Main.runMacro(Path.of("no.ijm"), "").orElseThrow().contains("no.ijm"));
  }

  private static String run(String label, String options) {
    return "run(\"" + label + "\", \"" + options + "\");";
  }

  private static void succeeds(String macro) {
    assertEquals(Optional.empty(), HeadlessMacro.failureOf(macro, ""));
  }

  private static void fails(String macro, String expected) {
    String failure = HeadlessMacro.failureOf(macro, "").orElse("no failure");
    assertTrue(failure.contains(expected), failure);
  }

  private static ImagePlus image(String title) {
    for (int id : Interpreter.getBatchModeImageIDs()) {
      if (Interpreter.getBatchModeImage(id).getTitle().equals(title)) {
        return Interpreter.getBatchModeImage(id);
      }
    }
    throw new AssertionError("no image " + title);
  }

  private static String info(ImagePlus image, String key) {
    return image
        .getInfoProperty()
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private static int[] pixels(ImagePlus image) {
    return (int[]) image.getProcessor().getPixels();
  }
}
