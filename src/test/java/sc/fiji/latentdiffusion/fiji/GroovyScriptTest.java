/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ij.ImagePlus;
import java.io.File;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.plugin.Plugin;
import org.scijava.script.AdaptedScriptLanguage;
import org.scijava.script.ScriptLanguage;
import org.scijava.script.ScriptModule;
import org.scijava.script.ScriptService;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.hosts.DiffusionService;

/** Runs the project's Groovy script the way Fiji's script editor does. */
class GroovyScriptTest {

  /** Groovy as a script language, like Fiji's scripting-groovy. */
  @Plugin(type = ScriptLanguage.class, name = "Groovy")
  public static final class Groovy extends AdaptedScriptLanguage {

    /** Found by SciJava. */
    public Groovy() {
      super("groovy");
    }
  }

  private Context context;

  @BeforeEach
  void open() {
    context = new Context(ScriptService.class, CommandService.class, DiffusionService.class);
  }

  @AfterEach
  void close() {
    context.dispose();
  }

  @Test
  void aScriptRunsTheSameCommandsToTheSamePixels() throws Exception {
    ScriptModule script =
        context
            .service(ScriptService.class)
            .run(new File("macros/seeds.groovy"), true, "count", 2, "prompt", "red vesicles")
            .get();
    ImagePlus stack = (ImagePlus) script.getOutput("result");
    assertEquals(2, stack.getStackSize());
    int[] second = (int[]) stack.getStack().getPixels(2);
    assertFalse(Arrays.equals((int[]) stack.getStack().getPixels(1), second));
    CommandModule done =
        context
            .service(CommandService.class)
            .run(TextToImage.class, false, "prompt", "red vesicles", "seed", 2L, "steps", 10)
            .get();
    ImagePlus alone = (ImagePlus) done.getOutput("result");
    assertArrayEquals((int[]) alone.getProcessor().getPixels(), second);
  }
}
