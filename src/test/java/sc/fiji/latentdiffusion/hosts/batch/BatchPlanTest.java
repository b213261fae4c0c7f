/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files a batch works on, and what it refuses before it begins. */
class BatchPlanTest {

  @TempDir Path folder;

  private Path input;
  private Path macro;

  @BeforeEach
  void makeFiles() throws IOException {
    input = Files.createDirectories(folder.resolve("in"));
    macro = Files.writeString(folder.resolve("macro.ijm"), "open(getArgument());");
    touch("b.tif", "a.png", "Z.tif", "sub/a.png", "notes.txt", "a.roi", "b.labels.tif", ".x.tif");
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Path file = input.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private BatchPlan plan(String part, boolean subfolders, String in, String out, String line)
      throws IOException {
    BatchPlan.Asked asked =
        new BatchPlan.Asked(part, false, subfolders, "tiff", "file", 7, in, out, line);
    return new BatchPlan(asked, label -> Optional.empty());
  }

  private BatchPlan plan(String in) throws IOException {
    return plan("1/1", true, in, folder.resolve("out").toString(), macro.toString());
  }

  private static List<String> names(BatchPlan plan) {
    return plan.files().stream().map(BatchFile::name).toList();
  }

  private static String refusal(Executable work) {
    return assertThrows(IllegalArgumentException.class, work::run).getMessage();
  }

  private interface Executable {
    void run() throws Throwable;
  }

  @Test
  void theImagesOfAFolderAreSortedByCodePoints() throws IOException {
    BatchPlan plan = plan(input.toString());
    assertEquals(List.of("Z.tif", "a.png", "b.tif", "sub/a.png"), names(plan));
    assertTrue(plan.note().orElseThrow().startsWith("3 other files are left out: "));
    assertEquals(
        folder.resolve("out").resolve("sub").resolve("a.tif"), plan.output(plan.files().get(3)));
  }

  @Test
  void subfoldersCanBeLeftOut() throws IOException {
    BatchPlan plan =
        plan("1/1", false, input.toString(), folder.resolve("out").toString(), macro.toString());
    assertEquals(List.of("Z.tif", "a.png", "b.tif"), names(plan));
  }

  @Test
  void aPatternNamesFiles() throws IOException {
    assertEquals(List.of("Z.tif", "b.labels.tif", "b.tif"), names(plan(input + "/*.tif")));
    assertEquals(List.of("Z.tif", "b.tif"), names(plan(input + "/?.tif")));
  }

  @Test
  void aListNamesFilesRelativeToItsFolder() throws IOException {
    Path other = Files.writeString(folder.resolve("other.tif"), "");
    Path list =
        Files.writeString(input.resolve("list.txt"), "# some\nsub/a.png\n\nb.tif\n" + other + "\n");
    assertEquals(List.of("b.tif", "other.tif", "sub/a.png"), names(plan(list.toString())));
  }

  @Test
  void aMissingEntryOfAListIsNamed() throws IOException {
    Path list = Files.writeString(input.resolve("list.txt"), "b.tif\nnone.tif\n");
    assertTrue(refusal(() -> plan(list.toString())).contains("\"none.tif\""));
  }

  @Test
  void partsShareAllFiles() throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      BatchPlan part =
          plan(
              i + "/3", true, input.toString(), folder.resolve("out").toString(), macro.toString());
      all.addAll(names(part));
      assertEquals("batch." + i + "-of-3.csv", part.part().logName());
    }
    assertEquals(List.of("Z.tif", "sub/a.png", "a.png", "b.tif"), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0/1", "2/1", "1", "a/b", "", "1/0", "-1/2"})
  void aPartOutOfRangeIsRefused(String part) {
    String message =
        refusal(() -> plan(part, true, input.toString(), folder.toString(), macro.toString()));
    assertTrue(message.startsWith("part must be i/n"), message);
    assertTrue(message.contains('"' + part + '"'), message);
  }

  @Test
  void theSeedDependsOnTheNameAndTheGivenSeedAlone() {
    CRC32 sum = new CRC32();
    sum.update("sub/ä.png".getBytes(StandardCharsets.UTF_8));
    BatchFile file = new BatchFile(Path.of("anywhere"), "sub/ä.png");
    assertEquals(sum.getValue(), file.seed(0));
    assertEquals((sum.getValue() + 4294967295L) % 4294967296L, file.seed(4294967295L));
  }

  @Test
  void theOutputLiesOutsideOfTheInput() {
    String message =
        refusal(
            () ->
                plan(
                    "1/1",
                    true,
                    input.toString(),
                    input.resolve("out").toString(),
                    macro.toString()));
    assertTrue(message.startsWith("output must lie outside of the input"), message);
  }

  @Test
  void aResultDoesNotReplaceAnInputOfAList() throws IOException {
    Path list = Files.writeString(input.resolve("list.txt"), "b.tif\n");
    String message =
        refusal(() -> plan("1/1", true, list.toString(), input.toString(), macro.toString()));
    assertTrue(message.startsWith("The result of b.tif would replace the input"), message);
  }

  @Test
  void twoInputsWithOneResultAreNamed() throws IOException {
    touch("b.png");
    String message = refusal(() -> plan(input.toString()));
    assertTrue(message.startsWith("b.png and b.tif would have the same result, b.tif"), message);
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertTrue(refusal(() -> plan(empty.toString())).contains("there is none in " + empty));
    Files.writeString(empty.resolve("readme.txt"), "");
    assertTrue(refusal(() -> plan(empty.toString())).contains("readme.txt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no/such/folder", "in/*/x.tif"})
  void anInputThatIsNotThereIsRefused(String missing) {
    assertTrue(refusal(() -> plan(missing)).startsWith("input"), missing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no such macro.ijm", "run(\"Image to Image...\"", "run(1)"})
  void aLineThatIsNoneIsRefused(String line) {
    String message =
        refusal(() -> plan("1/1", true, input.toString(), folder.resolve("out").toString(), line));
    assertTrue(message.startsWith("line must be one recorded line"), message);
  }

  @Test
  void aLineOfAnotherPluginIsRefused() {
    String message =
        refusal(
            () ->
                plan(
                    "1/1",
                    true,
                    input.toString(),
                    folder.resolve("out").toString(),
                    "run(\"Gaussian Blur...\", \"sigma=2\");"));
    assertTrue(message.contains("runs \"Gaussian Blur...\""), message);
  }

  @Test
  void aRecordedLineIsReadWithItsEscapes() throws IOException {
    BatchLine line = BatchLine.of("run(\"A...\", \"prompt=[a \\\"b\\\"\\n\\\\c] x=1\");");
    assertEquals("prompt=[a \"b\"\n\\c] x=1", ((BatchLine.Command) line).options());
    assertEquals("A...", ((BatchLine.Command) line).label());
    assertEquals("", ((BatchLine.Command) BatchLine.of("run(\"A...\")")).options());
  }

  @Test
  void anotherProcessOnTheSamePartIsNamed() throws IOException {
    BatchPart part = new BatchPart(2, 3);
    try (PartLock lock = PartLock.of(part, folder)) {
      assertEquals(folder.resolve("list"), lock.beside("list"));
      String message = refusal(() -> PartLock.of(part, folder));
      String owner = "process " + ProcessHandle.current().pid() + " on ";
      assertTrue(message.startsWith("Part 2/3 is worked on by " + owner), message);
      PartLock.of(new BatchPart(1, 3), folder).close();
    }
    PartLock.of(part, folder).close(); // and is free again
  }

  @Test
  void aLockThatAnEndedProcessLeftBehindIsTaken() throws IOException {
    Files.writeString(folder.resolve(".batch.lock"), "process 1 on another computer");
    PartLock.of(new BatchPart(1, 1), folder).close();
  }
}
