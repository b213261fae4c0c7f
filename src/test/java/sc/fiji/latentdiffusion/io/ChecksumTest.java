/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumTest {

  /** The result of {@code printf abc | sha256sum}. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;

  @AfterEach
  void keepInNoFolder() {
    Checksum.keepIn(Path.of("no", "such", "folder"));
  }

  private Path kept() {
    return folder.resolve(ChecksumFile.NAME);
  }

  private Path abc(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "abc");
  }

  @Test
  void aChecksumIsKnownOnceItWasComputedAndUntilTheFileChanges() throws IOException {
    List<Path> files = List.of(abc("a"));
    assertEquals(Optional.empty(), Checksum.known(files));
    assertEquals(ABC, Checksum.sha256(files));
    assertEquals(Optional.of(ABC), Checksum.known(files));
    Files.setLastModifiedTime(files.get(0), FileTime.fromMillis(1_000_000));
    assertEquals(Optional.empty(), Checksum.known(files));
    assertEquals(ABC, Checksum.sha256(List.of(abc("b"))));
  }

  @Test
  void itIsKeptInTheFolderAndReadFromThere() throws IOException {
    Checksum.keepIn(folder);
    Checksum.sha256(List.of(abc("a")));
    Checksum.sha256(List.of(abc("b")));
    Map<String, String> read = new ChecksumFile(folder).read();
    assertEquals(List.of(ABC, ABC), List.copyOf(read.values()));
    String forged = Files.readString(kept()).replace("ba78", "0000").replace("/a|", "/c|");
    FileTime time = Files.getLastModifiedTime(folder.resolve("a"));
    Path other = Files.setLastModifiedTime(abc("c"), time);
    Files.writeString(kept(), forged);
    keepInNoFolder();
    Checksum.keepIn(folder);
    assertTrue(Checksum.known(List.of(other)).orElseThrow().startsWith("0000"));
  }

  @Test
  void aDamagedFileIsWrittenAnew() throws IOException {
    for (String damaged : List.of("{\"a\": \"b", "[]", "{\"a\": \"b\"}", "{\"a\": {}}", "\0", "")) {
      Files.writeString(kept(), damaged);
      Checksum.keepIn(folder);
      Checksum.sha256(List.of(abc("of " + damaged.length() + damaged.hashCode())));
      assertEquals(1, new ChecksumFile(folder).read().size(), damaged);
      keepInNoFolder();
    }
  }

  @Test
  void aStoppedComputationKeepsNothing() throws IOException {
    List<Path> files = List.of(abc("a"));
    assertThrows(
        CancellationException.class,
        () ->
            Checksum.sha256(
                files,
                bytes -> {
                  assertEquals(3, bytes);
                  throw new CancellationException();
                }));
    assertFalse(Checksum.known(files).isPresent());
  }

  @Test
  void whereTheFolderDoesNotExistNothingIsWritten() throws IOException {
    Path missing = folder.resolve("missing");
    Checksum.keepIn(missing);
    Checksum.sha256(List.of(abc("a")));
    assertFalse(Files.exists(missing));
  }
}
