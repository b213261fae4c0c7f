/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.task.TaskService;
import org.scijava.task.event.TaskEvent;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;

/** Runs the commands the way SciJava scripts do, on a tiny model. */
class CommandRunTest {

  private static final String MODEL = TestResources.spelled(TestResources.SD1);

  private Context context;

  @BeforeEach
  void open() {
    context = new Context(CommandService.class, DiffusionService.class, TaskService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
  }

  @AfterEach
  void close() {
    context.dispose();
  }

  @Test
  void aRunGivesItsPictureAndTheStackAskedForAndNoOther() throws Exception {
    CommandModule done = textToImage("steps", 2, "seed", 5L, "noise", true);
    assertNull(command(done).getCancelReason());
    assertEquals("Text to Image", ((ImagePlus) done.getOutput("result")).getTitle());
    assertEquals("Noise by step", ((ImagePlus) done.getOutput("noisesteps")).getTitle());
    for (String other : List.of("latentsteps", "predictedsteps", "imagesteps")) {
      assertNull(done.getOutput(other), other);
    }
  }

  @Test
  void openingStacksChangesNoBitOfTheResult() throws Exception {
    CommandModule plain = textToImage("steps", 3, "seed", 5L);
    CommandModule all =
        textToImage(
            "steps",
            3,
            "seed",
            5L,
            "latents",
            true,
            "noise",
            true,
            "predicted",
            true,
            "decoded",
            true);
    assertArrayEquals(pixels(plain), pixels(all));
    assertEquals(5, command(all).results().size());
  }

  @Test
  void ofASeedOf64BitsTheLower32AreUsedAndRecorded() throws Exception {
    CommandModule large = textToImage("steps", 1, "seed", (1L << 32) + 42);
    assertEquals(42L, large.getInput("seed"));
    assertArrayEquals(pixels(textToImage("steps", 1, "seed", 42L)), pixels(large));
  }

  @Test
  void theSeedThatWasDrawnStandsInTheInputAndGivesTheSamePixels() throws Exception {
    CommandModule drawn = textToImage("steps", 1, "seed", -1L);
    long seed = (Long) drawn.getInput("seed");
    assertTrue(seed >= 0 && seed <= 0xFFFFFFFFL, "seed " + seed);
    assertArrayEquals(pixels(drawn), pixels(textToImage("steps", 1, "seed", seed)));
  }

  @Test
  void lorasChangeThePictureAndStandInTheInfo() throws Exception {
    String file = TestResources.golden("lora/kohya.safetensors").toString();
    CommandModule plain = textToImage("steps", 2, "seed", 5L);
    CommandModule changed = textToImage("steps", 2, "seed", 5L, "lora", file + ":0.8");
    assertFalse(Arrays.equals(pixels(plain), pixels(changed)));
    ImagePlus picture = (ImagePlus) changed.getOutput("result");
    assertEquals(file + ":0.8", picture.getStringProperty("lora"));
    assertEquals("kohya.safetensors", picture.getStringProperty("lora1"));
    assertEquals("0.8", picture.getStringProperty("lora1Weight"));
    assertEquals(sha256(file), picture.getStringProperty("lora1Sha256"));
    assertNull(((ImagePlus) plain.getOutput("result")).getStringProperty("lora1"));
    assertArrayEquals(pixels(plain), pixels(textToImage("steps", 2, "seed", 5L)));
  }

  private static String sha256(String file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(Path.of(file)));
    return HexFormat.of().formatHex(digest);
  }

  @Test
  void aLoraThatIsNowhereCancelsTheRunWithTheMessage() throws Exception {
    CommandModule refused = textToImage("steps", 1, "seed", 5L, "lora", "absent:0.5");
    String reason = command(refused).getCancelReason();
    assertTrue(reason.startsWith("no LoRA \"absent\": looked for"), reason);
  }

  @Test
  void aRefusedRunIsCancelledWithTheMessageAndHasNoResult() throws Exception {
    CommandModule refused = textToImage("steps", 0, "seed", 5L);
    assertTrue(command(refused).isCanceled());
    assertEquals(
        "steps must be a whole number of at least 1, but is 0.",
        command(refused).getCancelReason());
    assertTrue(command(refused).results().isEmpty());
  }

  @Test
  void cancellingTheTaskEndsTheRunBetweenTwoEvaluationsWithoutAMessage() throws Exception {
    Canceler canceler = new Canceler();
    context.service(EventService.class).subscribe(canceler);
    CommandModule cancelled = textToImage("steps", 1000, "seed", 5L);
    assertTrue(command(cancelled).isCanceled());
    assertNull(command(cancelled).getCancelReason());
    assertTrue(command(cancelled).results().isEmpty());
    assertEquals(2, canceler.last);
  }

  @Test
  void strengthZeroGivesTheInputBitForBit() throws Exception {
    ImagePlus input = TestImages.ramp("16-bit", 24, 16, 1);
    CommandModule done =
        run(ImageToImage.class, "image", input, "model", MODEL, "strength", 0.0, "seed", 5L);
    ImagePlus result = (ImagePlus) done.getOutput("result");
    assertArrayEquals(
        (short[]) input.getProcessor().getPixels(), (short[]) result.getProcessor().getPixels());
  }

  @Test
  void latentsOfAPictureDecodeToAPictureOfItsSize() throws Exception {
    ImagePlus input = TestImages.ramp("RGB", 32, 24, 1);
    CommandModule shown = run(ShowLatent.class, "image", input, "model", MODEL);
    ImagePlus latents = (ImagePlus) shown.getOutput("result");
    assertArrayEquals(new int[] {4, 3, 4, 1, 1}, latents.getDimensions());
    CommandModule decoded = run(DecodeLatent.class, "image", latents, "model", MODEL);
    assertArrayEquals(
        new int[] {32, 24, 1, 1, 1}, ((ImagePlus) decoded.getOutput("result")).getDimensions());
  }

  @Test
  void anUnknownSchedulerIsRefusedWithTheKnown() throws Exception {
    String reason = command(textToImage("scheduler", "eulr")).getCancelReason();
    assertTrue(reason.contains("eulr") && reason.contains("euler, "), reason);
  }

  @Test
  void theModelIsKeptUntilTheContextIsClosed() throws Exception {
    DiffusionService service = context.service(DiffusionService.class);
    assertFalse(command(textToImage("steps", 1)).isCanceled());
    assertNotNull(service.images());
    service.dispose();
    assertFalse(command(textToImage("steps", 1)).isCanceled(), "a new one is loaded");
  }

  @Test
  void showScheduleGivesTwoPlotsAndARowForEachEvaluation() throws Exception {
    CommandModule done =
        run(ShowSchedule.class, "steps", 10, "strength", 0.5, "scheduler", "euler", "model", MODEL);
    assertNull(command(done).getCancelReason());
    assertEquals("Sigma by step", ((ImagePlus) done.getOutput("result")).getTitle());
    assertEquals("Alpha-bar by step", ((ImagePlus) done.getOutput("alphas")).getTitle());
    ResultsTable table = (ResultsTable) done.getOutput("table");
    assertEquals(5, table.size());
    assertEquals("euler", table.getStringValue("scheduler", 4));
    assertEquals(5, table.getValue("step", 4));
  }

  @Test
  void showTokensGivesARowForEachTokenWithItsWeight() throws Exception {
    CommandModule done =
        run(ShowTokens.class, "prompt", "(nuclei:1.5) BREAK green", "negative", "", "model", "");
    assertNull(command(done).getCancelReason());
    ResultsTable table = (ResultsTable) done.getOutput("table");
    assertEquals("<|startoftext|>", table.getStringValue("token", 0));
    assertEquals("nuclei</w>", table.getStringValue("token", 1));
    assertEquals(1.5, table.getValue("weight", 1), 1e-6);
    assertEquals("green</w>", table.getStringValue("token", 4));
    assertEquals(2, table.getValue("block", 4));
    assertEquals("negative", table.getStringValue("text", table.size() - 1));
    assertEquals(8, table.size());
  }

  @Test
  void modelInfoListsSettingsAndTensorsOfEveryComponent() throws Exception {
    CommandModule done = run(ModelInfo.class, "model", MODEL);
    assertNull(command(done).getCancelReason());
    ResultsTable table = (ResultsTable) done.getOutput("table");
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) rows.add(table.getRowAsString(i).replace('\t', ' '));
    String all = String.join("\n", rows);
    assertTrue(all.contains("family"), all);
    assertTrue(all.contains("unet conv_in.weight tensor F32 [8, 4, 3, 3]"), all);
    assertTrue(all.contains("scheduler beta_end setting 0.012"), all);
  }

  @Test
  void theTableOfAScheduleIsOpenedWhereTheHostOpensOutputs() throws Exception {
    Analyzer.setResultsTable(new ResultsTable());
    CommandService commands = context.service(CommandService.class);
    commands.run(ShowSchedule.class, false, "steps", 3, "model", MODEL).get();
    assertEquals(0, ResultsTable.getResultsTable().size(), "asked for, not opened");
    commands.run(ShowSchedule.class, true, "steps", 3, "model", MODEL).get();
    assertEquals(3, ResultsTable.getResultsTable().size());
  }

  @Test
  void allIsNoSchedulerThatAPictureCanBeMadeWith() throws Exception {
    for (String several : List.of("all", "euler,euler_k")) {
      String reason = command(textToImage("scheduler", several)).getCancelReason();
      assertTrue(reason.contains("Unknown scheduler '" + several + "'"), reason);
    }
  }

  /** Cancels every task as soon as it has done two evaluations. */
  static final class Canceler {
    private long last;

    @EventHandler
    void onEvent(TaskEvent event) {
      if (event.getTask().getProgressValue() == 2 && !event.getTask().isCanceled()) {
        event.getTask().cancel("enough");
      }
      last = event.getTask().getProgressValue();
    }
  }

  private CommandModule textToImage(Object... inputs) throws Exception {
    Object[] all = new Object[inputs.length + 6];
    System.arraycopy(new Object[] {"model", MODEL, "width", 16, "height", 16}, 0, all, 0, 6);
    System.arraycopy(inputs, 0, all, 6, inputs.length);
    return run(TextToImage.class, all);
  }

  private CommandModule run(Class<? extends DiffusionCommand> command, Object... inputs)
      throws Exception {
    return context.service(CommandService.class).run(command, false, inputs).get();
  }

  private static DiffusionCommand command(CommandModule module) {
    return (DiffusionCommand) module.getCommand();
  }

  private static int[] pixels(CommandModule done) {
    return (int[]) ((ImagePlus) done.getOutput("result")).getProcessor().getPixels();
  }
}
