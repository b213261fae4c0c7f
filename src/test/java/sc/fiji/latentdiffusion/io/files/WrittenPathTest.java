/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WrittenPathTest {

  private static final String HOME = System.getProperty("user.home");

  @Test
  void quotesAroundTheWholeAreTakenOff() {
    assertEquals("C:\\my models\\a", WrittenPath.plain("\"C:\\my models\\a\""));
    assertEquals("a b", WrittenPath.plain(" 'a b' "));
    assertEquals("it's", WrittenPath.plain("it's"));
    assertEquals("'a' and 'b'", WrittenPath.plain("'a' and 'b'"));
    assertEquals("\"", WrittenPath.plain("\""));
    assertEquals("", WrittenPath.plain(""));
  }

  @Test
  void tildeIsTheHomeFolder() {
    assertEquals(HOME, WrittenPath.plain("~"));
    assertEquals(HOME + "/models/a", WrittenPath.plain("~/models/a"));
    assertEquals("~a", WrittenPath.plain("~a"));
  }

  @Test
  void addressesOfFilesAreTheirPaths() {
    Path path = Path.of("a b", "c+d.ckpt").toAbsolutePath();
    assertEquals(path.toString(), WrittenPath.plain(path.toUri().toString()));
    assertEquals(path.toString(), WrittenPath.plain("file://" + path));
    assertEquals("file://elsewhere/a", WrittenPath.plain("file://elsewhere/a"));
    assertEquals("https://a/b", WrittenPath.plain("https://a/b"));
  }
}
