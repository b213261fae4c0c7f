/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.convert.ConvertService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.Recording;

/**
 * What Fiji does with a recorded command, without Fiji: imagej-legacy finds every input by {@code
 * Macro.getValue} and converts it to the input's type.
 */
class FijiRecordingTest {

  private static final String MODEL = TestResources.spelled(TestResources.SD1);

  private static Context context;

  @BeforeAll
  static void open() {
    System.setProperty("java.awt.headless", "true");
    context = new Context(CommandService.class, DiffusionService.class, ConvertService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "two words",
        "",
        "[whole]",
        "a ] b [ c",
        "say \"cells\"",
        "back\\slash \\n",
        "ends with \\",
        "line\nbreak\ttab",
        "Zellkerne, grün – 核 🔬",
        "steps=3 negative=dark latents prompt=x",
        "it's",
        "'quoted'",
        "a=b",
        "&#91; &amp; &#38;#",
        "100 % $1 \\1"
      })
  void anyTextThatIsRecordedReplaysInFijiToTheSamePixels(String text) throws Exception {
    CommandModule recorded =
        context
            .service(CommandService.class)
            .run(
                TextToImage.class,
                false,
                "model",
                MODEL,
                "width",
                32,
                "height",
                16,
                "steps",
                2,
                "noise",
                true,
                "prompt",
                entered(text),
                "negative",
                entered(text))
            .get();
    Module replayed = replay(options(recorded));
    ImagePlus first = (ImagePlus) recorded.getOutput("result");
    ImagePlus second = (ImagePlus) replayed.getOutput("result");
    assertEquals(text.replace("\n", "\\n"), first.getStringProperty("prompt"));
    assertEquals(first.getStringProperty("prompt"), second.getStringProperty("prompt"));
    assertEquals(first.getStringProperty("negative"), second.getStringProperty("negative"));
    assertEquals("2", second.getStringProperty("steps"));
    assertArrayEquals(
        (int[]) first.getProcessor().getPixels(), (int[]) second.getProcessor().getPixels());
  }

  /** Who wants a reference itself, and not what it stands for, writes its ampersand as one. */
  private static String entered(String text) {
    return text.replace("&#", "&#38;#");
  }

  /** The options of a recorded line, through a string of the macro language. */
  private static String options(CommandModule module) {
    String line = Recording.line(module);
    String start = "run(\"Text to Image...\", ";
    assertTrue(line.startsWith(start), line);
    return IJ.runMacro("return " + line.substring(start.length(), line.length() - 2) + ";");
  }

  private static Module replay(String options) {
    Module module =
        context
            .service(ModuleService.class)
            .createModule(context.service(CommandService.class).getCommand(TextToImage.class));
    ConvertService convert = context.service(ConvertService.class);
    for (ModuleItem<?> item : module.getInfo().inputs()) {
      String value = Macro.getValue(options, item.getName(), null);
      if (value != null) {
        module.setInput(item.getName(), convert.convert(value, item.getType()));
      }
    }
    module.run();
    return module;
  }

  @Test
  void aRunFromAScriptLeavesTheTextsThatItWasGiven() throws Exception {
    CommandModule done =
        context
            .service(CommandService.class)
            .run(TextToImage.class, false, "model", MODEL, "steps", 1, "prompt", "green cells, dim")
            .get();
    assertEquals("green cells, dim", done.getInput("prompt"));
  }

  @Test
  void theNameOfALoraIsReadLikeEveryOtherText() throws Exception {
    CommandModule done =
        context
            .service(CommandService.class)
            .run(TextToImage.class, false, "model", MODEL, "steps", 1, "lora", "no&#252;ne")
            .get();
    assertTrue(done.getCancelReason().contains("noüne"), done.getCancelReason());
  }
}
