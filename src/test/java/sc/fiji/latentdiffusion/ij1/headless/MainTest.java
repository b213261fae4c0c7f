/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program as a shell sees it: its two outputs and its exit status. */
class MainTest {

  @TempDir Path folder;

  private record Ended(int status, String out, String err) {}

  @Test
  void whatAMacroPrintsGoesToStandardOutput() throws Exception {
    Ended ended = run(macro("print('argument ' + getArgument());"), "here");
    assertEquals(new Ended(0, "argument here", ""), ended);
  }

  @Test
  void aFailingCommandEndsTheProcessWithItsMessageOnStandardError() throws Exception {
    Ended ended = run(macro("print('before');\nrun('Show Latent...', 'precision=auto');"));
    assertEquals(1, ended.status());
    assertEquals("before", ended.out());
    assertTrue(ended.err().contains("line 2: Expected an image"), ended.err());
    assertFalse(ended.err().contains("\tat "), ended.err());
  }

  @Test
  void failedFilesOfABatchHaveAStatusOfTheirOwn() throws Exception {
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.writeString(input.resolve("broken.tif"), "no image");
    Path line = Files.writeString(folder.resolve("line.ijm"), "open(getArgument());");
    String batch =
        String.format(
            "run('Batch...', 'input=[%s] output=[%s] line=[%s]');%nprint('after');",
            input, folder.resolve("out"), line);
    Ended ended = run(macro(batch));
    assertEquals(3, ended.status(), ended.err());
    assertTrue(ended.out().contains("broken.tif: The macro has failed"), ended.out());
    assertTrue(ended.out().endsWith("after"), ended.out());
  }

  @Test
  void aMissingMacroIsNamed() throws Exception {
    Ended ended = run("no-such.ijm");
    assertEquals(1, ended.status());
    assertTrue(ended.err().contains("no-such.ijm"), ended.err());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aNativeLibraryThatDoesNotLoadIsAMessageNotATrace() throws Exception {
    for (String library : List.of("libc10.so", "libtorch.so")) {
      Files.writeString(folder.resolve(library), "no library");
    }
    Ended ended = run("macros/text_to_image.ijm", "-DPYTORCH_LIBRARY_PATH=" + folder);
    assertEquals(1, ended.status());
    assertTrue(ended.err().contains("PyTorch's native library can't be loaded"), ended.err());
    assertFalse(ended.err().contains("\tat "), ended.err());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aSignalEndsTheProcessAfterTheStepAtWorkWhichIsSaved() throws Exception {
    String macro =
        macro(
            "newImage('a', '8-bit ramp', 160, 160, 1);\nprint('begins');\n"
                + "run('Train LoRA...', 'seed=1 name=signal every=0 steps=5000 prompt=[ramp]');");
    Process process = start(macro, "-Dlatentdiffusion.models=" + folder);
    while (!Files.readString(folder.resolve("out.txt")).contains("begins")) {
      TimeUnit.MILLISECONDS.sleep(50);
      assertTrue(process.isAlive());
    }
    TimeUnit.SECONDS.sleep(6);
    process.destroy();
    assertEquals(143, process.waitFor(), Files.readString(folder.resolve("err.txt")));
    String printed = Files.readString(folder.resolve("out.txt"));
    assertTrue(printed.contains("what was learned is saved as"), printed);
    assertTrue(Files.exists(folder.resolve("lora").resolve("signal.safetensors")));
  }

  private String macro(String text) throws IOException {
    return Files.writeString(folder.resolve("macro.ijm"), text).toString();
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    int status = start(arguments).waitFor();
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    return new Ended(status, Files.readString(out).trim(), Files.readString(err).trim());
  }

  /** Starts Main with arguments; those that begin with −D are the JVM's. */
  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    List<String> own = new ArrayList<>(List.of(arguments));
    own.stream().filter(argument -> argument.startsWith("-D")).forEach(command::add);
    own.removeIf(argument -> argument.startsWith("-D"));
    Collections.addAll(command, "-XX:ErrorFile=" + folder.resolve("crash.log"));
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"), Main.class.getName());
    command.addAll(own);
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out.txt").toFile())
        .redirectError(folder.resolve("err.txt").toFile())
        .start();
  }
}
