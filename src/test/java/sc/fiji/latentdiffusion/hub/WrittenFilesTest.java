/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.hub.safety.PortablePath;
import sc.fiji.latentdiffusion.hub.safety.WrittenFile;

/** Where and under which names a download writes, whatever the hub lists and links say. */
class WrittenFilesTest {

  private static final String OUTSIDE = "not the hub's to write";

  @TempDir Path folder;
  @TempDir Path elsewhere;

  private HubDownloads model;

  @BeforeEach
  void offerAModel() {
    model = new HubDownloads(folder);
  }

  @AfterEach
  void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x.safetensors",
        "model-00001-of-00002.safetensors",
        "Modell ü (v1.5) [fp16], best & last.bin",
        "模型+α.safetensors",
        "u\u0308.bin",
        "con1.bin",
        "com10.safetensors"
      })
  void namesOfPublishedFilesAreWritten(String name) throws IOException {
    assertEquals(Optional.empty(), PortablePath.problem("unet/" + name));
    model.nameShard(name);
    model.plan().run(model.progress);
    assertTrue(Files.exists(folder.resolve("owner/name/unet").resolve(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u2028..\\..\\..\\Startup\\x.safetensors",
        "a\u2028C:x.safetensors",
        "a\u2029.safetensors",
        "a\u0085..\\x.safetensors",
        "..\\..\\x.safetensors",
        "../../x.safetensors",
        "/etc/x.bin",
        "a/../x.bin",
        "C:x.bin",
        "x.bin:stream.bin",
        "setup.exe",
        "run.sh",
        "x.json",
        "x\u202esrotnesnetfas.exe",
        "x\u202e.safetensors",
        "x\u200b.safetensors",
        "x\ud800.safetensors",
        "x\ue000.safetensors",
        "x\n.safetensors",
        "x\u0000.safetensors",
        "CON.safetensors",
        "nul .bin",
        "Com1.x.safetensors",
        "LPT9.bin",
        "COM\u00b9.safetensors",
        " x.safetensors",
        ".x.safetensors",
        "x?.safetensors",
        "x*.safetensors",
        "MODEL_~1.bin",
        "x.safetensors.",
        "x.safetensors "
      })
  void namesThatNoModelHasAreRefusedBeforeAnythingIsWritten(String name) throws IOException {
    model.nameShard(name);
    String message = model.failure();
    assertTrue(message.contains("Nothing is downloaded"), message);
    assertTrue(message.codePoints().noneMatch(c -> c < ' ' || c == 0x2028 || c == 0x202e), message);
    assertFalse(model.hub.seen.stream().anyMatch(s -> s.path().endsWith("safetensors")));
    assertEquals(Set.of(), model.found());
  }

  @Test
  void aNameThatIsTooLongForItsPartIsRefused() {
    model.nameShard("x".repeat(201) + ".bin");
    assertTrue(model.failure().contains("a part of it is too long"));
  }

  @Test
  void filesThatAreNotWantedMayHaveAnyName() throws IOException {
    model.hub.put("images/what is \"this\"?: a\u200dcell.png", "x").put("unet/x.exe", "x");
    model.hub.put("../../x.safetensors", "x");
    model.plan().run(model.progress);
    assertEquals(7, model.found().size());
  }

  @Test
  void aPathOutsideTheModelsFolderIsNone() {
    for (String path : new String[] {"../x", "a/../../x", "/x", "", "a\\..\\..\\x"}) {
      assertThrows(IOException.class, () -> WrittenFile.below(folder, path), path);
    }
  }

  @Test
  void repositoriesAndRevisionsThatAreNoFoldersSomewhereAreRefused() {
    Endpoint hub = Endpoint.of("", Map.of());
    for (String name : new String[] {"con/name", "owner/nul.x", "owner/name.", "o/n/aux.ckpt"}) {
      assertThrows(IllegalArgumentException.class, () -> HubName.of(name, "", hub), name);
    }
    assertEquals("owner/name@a_", new HubName("owner/name", "", "a.").folder(""));
  }

  private Path outside() throws IOException {
    return Files.writeString(elsewhere.resolve("thesis.txt"), OUTSIDE);
  }

  private Path partOfVae() throws IOException {
    byte[] content = model.hub.files.get(HubDownloads.VAE);
    String part = HubDownloads.VAE + "." + FakeHub.sha256(content).substring(0, 12) + ".part";
    Path path = folder.resolve("owner/name").resolve(part);
    Files.createDirectories(path.getParent());
    return path;
  }

  @Test
  void aPartThatIsALinkIsRefusedAndWhatItLeadsToStays() throws IOException {
    Path outside = outside();
    Files.createSymbolicLink(partOfVae(), outside);
    String message = model.failure();
    assertTrue(message.contains("is a link to " + outside), message);
    assertEquals(OUTSIDE, Files.readString(outside));
    assertFalse(model.hub.seen.stream().anyMatch(s -> s.path().endsWith("safetensors")));
  }

  @Test
  void aPartWithASecondNameElsewhereIsRefused() throws IOException {
    Path outside = outside();
    Files.createLink(partOfVae(), outside);
    String message = model.failure();
    assertTrue(message.contains("has a second name elsewhere"), message);
    assertEquals(OUTSIDE, Files.readString(outside));
  }

  @Test
  void aFolderThatIsALinkIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("owner/name"));
    Files.createSymbolicLink(folder.resolve("owner/name/vae"), elsewhere);
    assertTrue(model.failure().contains("vae is a link to " + elsewhere));
    Files.delete(folder.resolve("owner/name/vae"));
    Files.delete(folder.resolve("owner/name"));
    Files.createSymbolicLink(folder.resolve("owner/name"), elsewhere);
    assertTrue(model.failure().contains("name is a link to " + elsewhere));
    try (var files = Files.list(elsewhere)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aLinkInPlaceOfAFileIsNotReplaced() throws IOException {
    Path link = folder.resolve("owner/name/unet/config.json");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, elsewhere.resolve("nowhere"));
    assertTrue(model.failure().contains("is there already"));
    assertTrue(Files.isSymbolicLink(link));
    assertFalse(Files.exists(elsewhere.resolve("nowhere")));
  }

  @Test
  void theModelsFolderItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(elsewhere.resolve("models"), folder);
    try (HubDownloads linked = new HubDownloads(link)) {
      linked.plan().run(linked.progress);
    }
    assertEquals(7, model.found().size());
  }
}
