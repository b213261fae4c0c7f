/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.task.TaskService;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.dialogs.InputCheck;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.MacroOptions;

/** Sweeps over the tiny model sd1. */
class SweepTest {

  private static final String MODEL = "model=[" + TestResources.spelled(TestResources.SD1) + "]";
  private static final String OPTIONS =
      MODEL + " steps=2 precision=float32 device=cpu prompt=[a (green:1.2) [cell]]";

  private static Context context;

  @BeforeAll
  static void open() {
    context = new Context(CommandService.class, DiffusionService.class, TaskService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  private static CommandModule run(
      Class<? extends DiffusionCommand> type, ImagePlus image, String options) throws Exception {
    CommandService commands = context.service(CommandService.class);
    CommandModule module = new CommandModule(commands.getCommand(type));
    context.inject(module.getDelegateObject());
    Inputs inputs = new Inputs(module);
    inputs.setImage(image);
    inputs.setAll(MacroOptions.parse(options, inputs.names()));
    command(module).run();
    return module;
  }

  private static DiffusionCommand command(CommandModule module) {
    return (DiffusionCommand) module.getDelegateObject();
  }

  private static ImagePlus result(CommandModule done) {
    assertNull(command(done).getCancelReason());
    return (ImagePlus) done.getOutput("result");
  }

  private static String sweep(String asked, String options) {
    return asked + " options=[" + options + "]";
  }

  private static List<String> labels(ImagePlus image) {
    List<String> labels = new ArrayList<>();
    for (int i = 1; i <= image.getStackSize(); i++) {
      labels.add(image.getStack().getSliceLabel(i));
    }
    return labels;
  }

  @Test
  void everyCombinationIsTheSingleRun() throws Exception {
    ImagePlus input = TestImages.random("16-bit", 32, 24, 2, 3, 1, 5);
    input.setPosition(1, 2, 1);
    input.setRoi(4, 4, 20, 16);
    String options = OPTIONS + " seed=42";
    ImagePlus image =
        result(
            run(
                Sweep.class,
                input,
                sweep(
                    "command=image key=strength values=0.5,1 key2=guidance values2=1:5:2",
                    options)));
    assertEquals("Sweep", image.getTitle());
    assertArrayEquals(new int[] {32, 24, 2, 2, 3}, image.getDimensions());
    assertEquals(16, image.getBitDepth());
    assertEquals(
        "strength 1, guidance 5", image.getStack().getSliceLabel(image.getStackIndex(2, 2, 3)));
    String[] strengths = {"0.5", "1"};
    for (int z = 1; z <= 2; z++) {
      for (int t = 1; t <= 3; t += 2) {
        String keys = options + " strength=" + strengths[z - 1] + " guidance=" + (2 * t - 1);
        ImagePlus single = result(run(ImageToImage.class, input, keys));
        for (int c = 1; c <= 2; c++) {
          Object expected = single.getStack().getPixels(single.getStackIndex(c, 2, 1));
          Object found = image.getStack().getPixels(image.getStackIndex(c, z, t));
          assertTrue(Objects.deepEquals(expected, found), keys);
        }
      }
    }
  }

  @Test
  void oneSeedIsDrawnForAllPicturesAndTheRecordedLineRepeatsThem() throws Exception {
    CommandModule drawn =
        run(Sweep.class, null, sweep("key=scheduler values=euler,euler,ddim", OPTIONS));
    ImagePlus image = result(drawn);
    assertEquals(List.of("scheduler euler", "scheduler euler", "scheduler ddim"), labels(image));
    assertArrayEquals((int[]) image.getStack().getPixels(1), (int[]) image.getStack().getPixels(2));
    String line = Recording.line(drawn);
    assertTrue(line.contains("seed="), line);
    assertEquals(line, image.getStringProperty("macro"));
    String options =
        line.substring(line.indexOf(", \"") + 3, line.length() - 3).replace("\\\\", "\\");
    ImagePlus again = result(run(Sweep.class, null, options));
    for (int i = 1; i <= 3; i++) {
      assertArrayEquals(
          (int[]) image.getStack().getPixels(i), (int[]) again.getStack().getPixels(i));
    }
  }

  @Test
  void sharesAreVariationsOfOnePicture() throws Exception {
    CommandModule done =
        run(Sweep.class, null, sweep("key=share values=0,0.5", OPTIONS + " seed=42 seed2=7"));
    ImagePlus image = result(done);
    ImagePlus plain = result(run(TextToImage.class, null, OPTIONS + " seed=42"));
    ImagePlus half = result(run(TextToImage.class, null, OPTIONS + " seed=42 share=0.5 seed2=7"));
    assertArrayEquals(
        (int[]) plain.getProcessor().getPixels(), (int[]) image.getStack().getPixels(1));
    assertArrayEquals(
        (int[]) half.getProcessor().getPixels(), (int[]) image.getStack().getPixels(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "",
      value = {
        "key=strenght values=1|seed=1|key must be a key of Image to Image, but is \"strenght\"; the"
            + " nearest is strength.",
        "key=prompt values=a,b|seed=1|is prompt, a text.",
        "key=width values=64|seed=1|key must be a key of Image to Image, but is \"width\"",
        "key=count values=1,2|seed=1|is count, which changes",
        "key=latents values=true|seed=1|is latents, which opens a further window.",
        "key=strength values=0.5|strength=1|key is strength, which stands in options, too.",
        "key=strength values=0.5,2|seed=1|strength must be between 0 and 1, but is 2",
        "key=share values=0,abc|seed=1|share must be",
        "key=strength values=0.5:a:1|seed=1|values must be numbers with commas between them",
        "key=strength values=0.1:0.9:-0.1|seed=1|values must be numbers with commas between them",
        "key=strength values=0.1:0.9:0|seed=1|values must be numbers with commas between them",
        "key=strength values=[ , ]|seed=1|values must be values of strength",
        "key=strength values=1 key2=guidance|seed=1|values2 must be values of guidance",
        "key=strength values=1 key2=strength values2=1|seed=1|key2 must be another key",
        "key=scheduler values=eulr|seed=1|euler",
        "key=intensity values=none|seed=1|intensity must be one of",
        "key=strength values=1|count=2|name count=2.",
        "key=strength values=1|latents=true|name latents=true.",
        "key=strength values=1|slices=all|name slices=all.",
        "key=strength values=1|stepz=2|There is no key \"stepz\"",
      })
  void whatCannotBeSweptIsRefusedBeforeAnythingRuns(String asked, String options, String message)
      throws Exception {
    ImagePlus input = TestImages.random("8-bit", 16, 16, 5);
    CommandModule refused =
        run(Sweep.class, input, sweep("command=image " + asked, MODEL + " " + options));
    String reason = String.valueOf(command(refused).getCancelReason()).replace('\n', ' ');
    assertTrue(reason.contains(message), reason);
  }

  @Test
  void moreThanTheMemoryHoldsAndNoImageAreRefused() throws Exception {
    ImagePlus large = TestImages.black("32-bit", 4096, 4096);
    CommandModule refused =
        run(Sweep.class, large, sweep("command=image key=seed values=1:600:1", MODEL));
    String reason = command(refused).getCancelReason().replace('\n', ' ');
    assertTrue(reason.startsWith("600 combinations take"), reason);
    refused = run(Sweep.class, null, sweep("command=image key=seed values=1", MODEL));
    assertTrue(command(refused).getCancelReason().startsWith("Expected an image"));
  }

  @Test
  void theDialogTellsTheNumberOfPicturesAndTheirTime() throws Exception {
    CommandModule module =
        new CommandModule(context.service(CommandService.class).getCommand(Sweep.class));
    context.inject(module.getDelegateObject());
    new Inputs(module).setAll(Map.of("key", "guidance", "values", "1:12:1", "options", OPTIONS));
    InputCheck check = command(module).verdict();
    assertTrue(check.right(), check.text());
    assertTrue(check.text().startsWith("12 pictures. Takes "), check.text());
  }
}
