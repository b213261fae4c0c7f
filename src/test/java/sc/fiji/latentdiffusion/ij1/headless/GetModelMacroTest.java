/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hub.FakeHub;

/** {@code Get Model...} in macros, without a screen, from a hub on the loopback interface. */
class GetModelMacroTest {

  private static final String FOLDER = "latentdiffusion.models";

  @TempDir Path folder;

  private final FakeHub hub = new FakeHub();

  @BeforeEach
  void offerTheTinyModel() throws IOException {
    System.setProperty("java.awt.headless", "true");
    System.setProperty(FOLDER, folder.toString());
    try (Stream<Path> files = Files.walk(TestResources.SD1)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hub.put(TestResources.SD1.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  @AfterEach
  void close() {
    System.clearProperty(FOLDER);
    hub.close();
    TestImages.closeAll();
  }

  private Optional<String> get(String options) {
    String all = options + " hub=" + hub.address() + " name=" + FakeHub.ID;
    return HeadlessMacro.failureOf("run('Get Model...', '" + all + "');", "");
  }

  @Test
  void aMacroThatAgreesGetsTheModelAndRunsIt() throws IOException {
    assertEquals(Optional.empty(), get("accept=true"));
    assertEquals(
        Optional.empty(),
        HeadlessMacro.failureOf(
            """
            if (getResultString("model", 0) != "owner/name") exit(getResultString("model", 0));
            if (getResultString("file", nResults - 1) != "model_index.json") exit("last");
            run("Text to Image...", "model=owner/name steps=1 seed=1");
            if (getWidth != 64) exit("size");
            run("Models...", "checksums=true");
            if (getResultString("model", 3) != "owner/name") exit("not listed");
            """,
            ""));
    try (Stream<Path> files = Files.walk(folder.resolve("owner"))) {
      List<String> notWanted =
          files.map(Path::toString).filter(f -> f.matches(".*(golden|\\.part).*")).toList();
      assertEquals(List.of(), notWanted);
    }
  }

  @Test
  void aMacroThatDoesNotAgreeIsToldTheSizeAndDownloadsNothing() {
    String message = get("").orElseThrow();
    assertTrue(message.contains("Without a screen the download can't be confirmed"), message);
    assertTrue(message.contains("licence openrail"), message);
    assertTrue(message.matches("(?s).*\\d+ files, [\\d.]+ [kM]B.*"), message);
    assertTrue(message.contains("Add accept=true"), message);
    assertFalse(Files.exists(folder.resolve("owner")));
  }

  @Test
  void aHubWithoutChecksumsIsNamedInTheQuestionAndInTheLog() {
    hub.giveNoChecksums();
    String told = "gives no checksum of ";
    String message = get("").orElseThrow();
    assertTrue(message.contains(told), message);
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(log, true));
    try {
      assertEquals(Optional.empty(), get("accept=true"));
    } finally {
      System.setOut(out);
    }
    assertTrue(log.toString().contains("Get Model: The hub " + told), log.toString());
  }

  @Test
  void whatIsThereAlreadyNeedsNoAgreement() {
    assertEquals(Optional.empty(), get("accept=true"));
    assertEquals(Optional.empty(), get(""));
  }

  @Test
  void aModelThatCannotBeUsedSaysSoWhenItHasCome() {
    hub.put("unet/diffusion_pytorch_model.safetensors", new byte[2000]);
    String message = get("accept=true").orElseThrow();
    assertTrue(message.contains("was downloaded, but can't be used: "), message);
    assertTrue(message.contains("diffusion_pytorch_model.safetensors"), message);
  }

  @Test
  void badNamesAreRefusedBeforeTheQuestion() {
    String bad = HeadlessMacro.failureOf("run('Get Model...', 'name=sd15');", "").orElseThrow();
    assertTrue(bad.contains("name must be owner/name"), bad);
    assertTrue(get("variant=fp.16").orElseThrow().contains("variant must be empty or a word"));
  }
}
