/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.io.RoiEncoder;
import ij.measure.ResultsTable;
import ij.process.ShortProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.task.TaskService;
import sc.fiji.latentdiffusion.fixtures.StoppingProgress;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.InnerRun;
import sc.fiji.latentdiffusion.hosts.batch.BatchPlan;
import sc.fiji.latentdiffusion.hosts.batch.BatchRun;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.MacroLine;
import sc.fiji.latentdiffusion.keys.MacroOptions;

/** Batches over a few small images with a tiny model. */
class BatchTest {

  private static final String OPTIONS =
      "model=["
          + TestResources.spelled(TestResources.MICRO)
          + "] steps=2 strength=1 guidance=1 precision=float32 device=cpu prompt=[a cell]";

  private static final String LINE =
      MacroLine.run("Image to Image...", Map.of()).replace("\"\"", '"' + OPTIONS + '"');

  private static Context context;

  @TempDir Path folder;

  private Path input;
  private Path output;

  @BeforeAll
  static void open() {
    context = new Context(CommandService.class, DiffusionService.class, TaskService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  @BeforeEach
  void makeImages() throws IOException {
    input = Files.createDirectories(folder.resolve("in"));
    output = folder.resolve("out");
    Files.createDirectories(input.resolve("sub"));
    for (String name : List.of("a", "b", "sub/c")) {
      ImagePlus image = TestImages.random("16-bit", 24, 16, name.hashCode());
      if (name.equals("a")) image.setRoi(new OvalRoi(4, 4, 8, 8));
      IJ.saveAsTiff(image, input.resolve(name + ".tif").toString());
    }
  }

  private CommandModule run(Class<? extends DiffusionCommand> type, Map<String, String> texts)
      throws Exception {
    CommandModule module =
        new CommandModule(context.service(CommandService.class).getCommand(type));
    context.inject(module.getDelegateObject());
    new Inputs(module).setAll(texts);
    ((DiffusionCommand) module.getDelegateObject()).run();
    return module;
  }

  private CommandModule batch(Map<String, String> more) throws Exception {
    Map<String, String> texts =
        new TreeMap<>(
            Map.of(
                "input", input.toString(), "output", output.toString(), "seed", "5", "line", LINE));
    texts.putAll(more);
    return run(Batch.class, texts);
  }

  private static String refusal(CommandModule module) {
    return ((DiffusionCommand) module.getDelegateObject()).getCancelReason();
  }

  /** The statuses of the files by their names without ending. */
  private static Map<String, String> statuses(CommandModule module) {
    assertNull(refusal(module));
    ResultsTable table = (ResultsTable) module.getOutput("files");
    Map<String, String> found = new TreeMap<>();
    for (int i = 0; i < table.size(); i++) {
      String name = Path.of(table.getStringValue("input", i)).getFileName().toString();
      found.put(name.replaceAll("\\..*", ""), table.getStringValue("status", i));
    }
    return found;
  }

  private static Map<String, String> all(String status) {
    return new TreeMap<>(Map.of("a", status, "b", status, "c", status));
  }

  private short[] pixels(String name) {
    return (short[])
        IJ.openImage(output.resolve(name + ".tif").toString()).getProcessor().getPixels();
  }

  /** The contents of all files of a folder, without the list. */
  private static Map<String, byte[]> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Map<String, byte[]> found = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.endsWith(".csv")) found.put(name, Files.readAllBytes(file));
      }
      return found;
    }
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
  }

  @Test
  void eachResultIsThatOfTheSingleCallWithTheSeedOfTheFile() throws Exception {
    assertEquals(all("done"), statuses(batch(Map.of())));
    for (String name : List.of("a", "b", "sub/c")) {
      ImagePlus made = IJ.openImage(output.resolve(name + ".tif").toString());
      Map<String, String> texts = new TreeMap<>(options());
      texts.put("seed", made.getStringProperty("batchSeed"));
      CommandModule module =
          new CommandModule(context.service(CommandService.class).getCommand(ImageToImage.class));
      context.inject(module.getDelegateObject());
      Inputs inputs = new Inputs(module);
      inputs.setImage(IJ.openImage(input.resolve(name + ".tif").toString()));
      inputs.setAll(texts);
      ((DiffusionCommand) module.getDelegateObject()).run();
      ImagePlus single = (ImagePlus) module.getOutput("result");
      assertArrayEquals((short[]) single.getProcessor().getPixels(), pixels(name), name);
      assertEquals(LINE, made.getStringProperty("batchLine"));
    }
    ImagePlus selected = IJ.openImage(input.resolve("a.tif").toString());
    selected.deleteRoi();
    assertEquals(((short[]) selected.getProcessor().getPixels())[0], pixels("a")[0]);
  }

  private static Map<String, String> options() {
    return MacroOptions.parse(
        OPTIONS,
        List.of("model", "steps", "strength", "guidance", "precision", "device", "prompt"));
  }

  @Test
  void whatIsThereAndWholeIsSkippedAndAllElseIsMadeAgain() throws Exception {
    batch(Map.of());
    Map<String, byte[]> first = contents(output);
    FileTime time = Files.getLastModifiedTime(output.resolve("b.tif"));
    assertEquals(all("skipped"), statuses(batch(Map.of())));
    assertEquals(time, Files.getLastModifiedTime(output.resolve("b.tif")));

    byte[] whole = first.get("b.tif");
    Files.write(output.resolve("b.tif"), Arrays.copyOf(whole, whole.length - 100));
    Files.delete(output.resolve("a.tif"));
    Map<String, String> expected = all("skipped");
    expected.put("a", "done");
    expected.put("b", "done");
    assertEquals(expected, statuses(batch(Map.of())));
    assertSame(first, contents(output));

    IJ.saveAsTiff(TestImages.random("16-bit", 24, 16, 99), input.resolve("b.tif").toString());
    expected.put("a", "skipped");
    assertEquals(expected, statuses(batch(Map.of())));
    assertEquals(all("done"), statuses(batch(Map.of("seed", "6"))));
    assertEquals(all("done"), statuses(batch(Map.of("seed", "6", "overwrite", "true"))));
  }

  @Test
  void partsMakeTheSameInAnyOrder() throws Exception {
    batch(Map.of());
    Map<String, byte[]> whole = contents(output);
    output = folder.resolve("parts");
    for (String part : List.of("3/3", "1/3", "2/3")) batch(Map.of("part", part));
    assertSame(whole, contents(output));
    List<String> lists;
    try (Stream<Path> files = Files.list(output)) {
      lists = files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".csv")).toList();
    }
    assertEquals(3, lists.size());
  }

  @Test
  void filesTogetherEqualThoseAlone() throws Exception {
    IJ.saveAsTiff(TestImages.random("8-bit", 32, 16, 1), input.resolve("d.tif").toString());
    IJ.saveAsTiff(
        TestImages.random("8-bit", 24, 16, 1, 2, 1, 3), input.resolve("e.tif").toString());
    for (String size : List.of("1", "2", "5")) {
      output = folder.resolve(size);
      batch(Map.of("line", LINE.replace(" prompt", " slices=all batch=" + size + " prompt")));
    }
    Map<String, byte[]> alone = contents(folder.resolve("1"));
    assertEquals(5, alone.size());
    for (String size : List.of("2", "5")) {
      for (String name : alone.keySet()) {
        short[] single = values(folder.resolve("1").resolve(name));
        assertArrayEquals(single, values(folder.resolve(size).resolve(name)), name);
      }
    }
  }

  private static short[] values(Path file) {
    ImagePlus image = IJ.openImage(file.toString());
    image.setSlice(image.getStackSize());
    return (short[]) image.getProcessor().convertToShort(false).getPixels();
  }

  @Test
  void picturesOfPngHoldTheirSettingsAndAreSkippedWhenWhole() throws Exception {
    assertEquals(all("done"), statuses(batch(Map.of())));
    Map<String, String> png = Map.of("format", "png");
    assertEquals(all("done"), statuses(batch(png)));
    for (String name : List.of("a", "b", "sub/c")) {
      ImagePlus made = IJ.openImage(output.resolve(name + ".png").toString());
      assertArrayEquals(pixels(name), (short[]) made.getProcessor().getPixels(), name);
    }
    byte[] whole = Files.readAllBytes(output.resolve("b.png"));
    assertEquals(all("skipped"), statuses(batch(png)));
    Files.write(output.resolve("b.png"), Arrays.copyOf(whole, whole.length - 20));
    Map<String, String> expected = all("skipped");
    expected.put("b", "done");
    assertEquals(expected, statuses(batch(png)));
    assertArrayEquals(whole, Files.readAllBytes(output.resolve("b.png")));
  }

  @Test
  void whatPngCannotHoldIsRefusedFileByFile() throws Exception {
    IJ.saveAsTiff(
        TestImages.random("8-bit", 24, 16, 1, 2, 1, 3), input.resolve("a.tif").toString());
    IJ.saveAsTiff(TestImages.random("32-bit", 24, 16, 2), input.resolve("b.tif").toString());
    Map<String, String> expected = all("failed");
    expected.put("c", "done");
    CommandModule module = batch(Map.of("format", "png"));
    assertEquals(expected, statuses(module));
    ResultsTable table = (ResultsTable) module.getOutput("files");
    String stack = table.getStringValue("message", 0);
    assertTrue(stack.startsWith("format=png needs a result of one slice, but this one"), stack);
    assertTrue(table.getStringValue("message", 1).contains("has 32 bit"));
    assertFalse(Files.exists(output.resolve("a.png")));
  }

  @Test
  void aPartThatHasNoFilesEndsWell() throws Exception {
    assertEquals(Map.of(), statuses(batch(Map.of("part", "5/5"))));
    assertEquals(1, Files.readAllLines(output.resolve("batch.5-of-5.csv")).size());
  }

  @Test
  void ofAStoppedRunNothingIsWritten() throws Exception {
    IJ.saveAsTiff(
        TestImages.random("8-bit", 24, 16, 1, 4, 1, 3), input.resolve("a.tif").toString());
    BatchPlan.Asked asked =
        new BatchPlan.Asked(
            "1/1",
            false,
            true,
            "tiff",
            "file",
            5,
            input.toString(),
            output.toString(),
            LINE.replace(" prompt", " slices=all prompt"));
    DiffusionService service = context.service(DiffusionService.class);
    BatchPlan plan = new BatchPlan(asked, label -> InnerRun.named(label, service));
    BatchRun.of(plan, service.images(), new StoppingProgress("File 1 of 3: Slice 3 of 4"));
    assertEquals(Map.of(), contents(output));
    assertEquals(1, Files.readAllLines(output.resolve("batch.csv")).size());
  }

  @Test
  void aFileThatFailsIsListedAndPassedOver() throws Exception {
    Files.writeString(input.resolve("b.tif"), "no image");
    Map<String, String> expected = all("done");
    expected.put("b", "failed");
    CommandModule module = batch(Map.of());
    assertEquals(expected, statuses(module));
    assertFalse(Files.exists(output.resolve("b.tif")));
    List<String> lines = Files.readAllLines(output.resolve("batch.csv"));
    assertEquals("input,sha256,output,seed,seconds,status,message", lines.get(0));
    assertEquals(4, lines.size());
    assertTrue(lines.get(2).contains(",failed,ImageJ can't open it as an image"), lines.get(2));
    assertTrue(lines.get(2).contains(",453361fd9257"), lines.get(2)); // of "no image"
  }

  @Test
  void selectionsComeFromRoisAndLabels() throws Exception {
    Files.write(input.resolve("a.roi"), RoiEncoder.saveAsByteArray(new Roi(0, 0, 8, 8)));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(input.resolve("b.zip")))) {
      for (int i = 0; i < 2; i++) {
        zip.putNextEntry(new ZipEntry(i + ".roi"));
        zip.write(RoiEncoder.saveAsByteArray(new Roi(16 * i, 0, 8, 8)));
      }
    }
    Map<String, String> expected = all("done");
    expected.put("c", "failed");
    assertEquals(expected, statuses(batch(Map.of("selection", "roi"))));
    assertEquals("#..", changed("a", 8));
    assertEquals("#.#", changed("b", 8));

    ShortProcessor labels = new ShortProcessor(24, 16);
    for (int y = 0; y < 16; y++) for (int x = 8; x < 24; x++) labels.set(x, y, x < 16 ? 3 : 7);
    for (String name : List.of("a", "b", "sub/c")) {
      IJ.saveAsTiff(new ImagePlus("l", labels), input.resolve(name + ".labels.tif").toString());
    }
    assertEquals(all("done"), statuses(batch(Map.of("selection", "labels"))));
    assertEquals(".##", changed("a", 8));
    assertEquals(all("done"), statuses(batch(Map.of("selection", "none"))));
    assertEquals("###", changed("a", 8));
  }

  /** Which thirds of an image differ from its input: # for those that do. */
  private String changed(String name, int width) {
    short[] made = pixels(name);
    ImagePlus before = IJ.openImage(input.resolve(name + ".tif").toString());
    short[] given = (short[]) before.getProcessor().getPixels();
    StringBuilder thirds = new StringBuilder();
    for (int third = 0; third < 24 / width; third++) {
      boolean differs = false;
      for (int i = 0; i < made.length; i++) {
        if (i % 24 / width == third && made[i] != given[i]) differs = true;
      }
      thirds.append(differs ? '#' : '.');
    }
    return thirds.toString();
  }

  @Test
  void stacksOfTheStepsLieBesideTheResult() throws Exception {
    batch(Map.of("line", LINE.replace(" prompt", " latents=true prompt")));
    assertTrue(Files.exists(output.resolve("a – Latents by step.tif")));
    assertEquals(
        3, IJ.openImage(output.resolve("a – Latents by step.tif").toString()).getNFrames());
    assertTrue(Files.exists(output.resolve("sub").resolve("c – Latents by step.tif")));
  }

  @Test
  void commandsWithoutAnImageOfAnImageAreRefused() throws Exception {
    for (String label : List.of("Show Schedule...", "Train LoRA...", "Models...", "Batch...")) {
      String reason = refusal(batch(Map.of("line", "run(\"" + label + "\", \"\");")));
      assertTrue(reason.contains("makes an image of an image"), reason);
    }
    String unknown = refusal(batch(Map.of("line", LINE.replace("steps", "stepps"))));
    assertTrue(unknown.contains("There is no key \"stepps\"; the nearest is steps"), unknown);
    assertFalse(Files.exists(output));
  }

  @Test
  void otherSeedsMakeOtherPictures() throws Exception {
    batch(Map.of());
    String first = Arrays.toString(pixels("b"));
    batch(Map.of("seed", "6"));
    assertNotEquals(first, Arrays.toString(pixels("b")));
  }
}
