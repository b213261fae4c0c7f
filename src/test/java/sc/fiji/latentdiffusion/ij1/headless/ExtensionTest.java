/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.ij1.MenuEntries;
import sc.fiji.latentdiffusion.ij1.WindowTest;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/**
 * One file on the class path adds a scheduler, which runs and is plotted, or a command, which
 * macros call. {@link WindowTest} sees them in menu and dialogs.
 */
class ExtensionTest {

  private static final String MODEL = "model=" + TestResources.spelled(TestResources.SD1);

  @TempDir Path folder;

  @Test
  void aSchedulerOfOneFileRunsAndIsPlottedAloneAndAmongAll() throws Exception {
    String macro =
        """
        run("Text to Image...", "%1$s width=16 height=16 steps=4 seed=1 scheduler=ddim_quadratic");
        info = getMetadata("Info");
        lines = split(info, "\\n");
        for (i = 0; i < lines.length; i++) if (startsWith(lines[i], "timesteps=")) print(lines[i]);
        run("Show Schedule...", "steps=4 scheduler=ddim_quadratic %1$s");
        for (i = 0; i < Table.size; i++) print(Table.getString("scheduler", i), Table.get("timestep", i));
        run("Show Schedule...", "steps=4 scheduler=all %1$s");
        print(Table.getString("scheduler", Table.size - 1));
        """
            .formatted(MODEL);
    assertEquals(
        List.of(
            "timesteps=999,562,250,62",
            "ddim_quadratic 999",
            "ddim_quadratic 562",
            "ddim_quadratic 250",
            "ddim_quadratic 62",
            "ddim_quadratic"),
        run(macro));
  }

  @Test
  void aCommandOfOneFileIsCalledByMacrosAndStandsInTheInfo() throws Exception {
    String macro =
        """
        newImage("a", "8-bit ramp", 32, 24, 1);
        run("Round Trip...", "trips=2 %1$s device=cpu precision=float32 title=[a & b &#61; c]");
        print(getTitle(), getWidth(), getHeight());
        lines = split(getMetadata("Info"), "\\n");
        print(lines[0]);
        for (i = 0; i < lines.length; i++) if (startsWith(lines[i], "macro=")) print(lines[i]);
        """
            .formatted(MODEL);
    List<String> printed = run(macro);
    assertEquals("a & b = c 32 24", printed.get(0));
    assertEquals("command=Round Trip...", printed.get(1));
    assertEquals(
        "macro=run(\"Round Trip...\", \"trips=2 "
            + MODEL
            + " precision=float32 device=cpu latents=false title=[a & b = c] vae=[]"
            + " encoders=[]\");",
        printed.get(2));
  }

  @Test
  void theyAreNoneOfThePluginsOwn() {
    assertFalse(Schedulers.names().contains("ddim_quadratic"));
    assertFalse(MenuEntries.all().toString().contains("Round Trip..."));
  }

  @Test
  void anAddOnOfOneFolderChangesWeightsAndStandsInTheInfo() throws Exception {
    OutsideMacros macros = OutsideMacros.in(folder);
    new TensorsWritten()
        .put("unet/conv_out.weight", new long[] {4}, 0.5f, 1, 1, 2)
        .write(folder.resolve("models/scaling/half.safetensors"));
    new TensorsWritten()
        .put("unet/nothing.weight", new long[] {1}, 1)
        .write(folder.resolve("models/scaling/other.safetensors"));
    String run = "run('Scaled Image...', '%s steps=1 seed=1 scaling=[%s]');";
    String pixels = "print(call('sc.fiji.latentdiffusion.ij1.headless.OutsideCalls.pixels'));";
    List<String> lines =
        macros.run(
            run.formatted(MODEL, "") + pixels,
            run.formatted(MODEL, "half:0") + pixels,
            run.formatted(MODEL, "half") + pixels,
            run.formatted(MODEL, "half") + "print(getInfo('scaling1'));",
            run.formatted(MODEL, "other"),
            run.formatted(MODEL, "none"));
    assertEquals(lines.get(0), lines.get(1));
    assertNotEquals(lines.get(0), lines.get(2));
    assertEquals("half", lines.get(3));
    assertTrue(lines.get(4).contains("scales unet/nothing.weight, which "), lines.get(4));
    assertTrue(lines.get(5).contains("no scaling \"none\": looked for a file"), lines.get(5));
  }

  /** Returns the output of a macro in a process that has the file on its class path. */
  private List<String> run(String macro) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("macro.ijm"), macro);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Extension.classPath(folder.resolve("classes")),
                Main.class.getName(),
                file.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int status = process.waitFor();
    assertEquals("", Files.readString(err));
    assertEquals(0, status);
    return Files.readAllLines(out);
  }
}
