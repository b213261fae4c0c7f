/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.progress.Progress;

/** What the hub says of a repository: sizes, checksums, and how many files. */
class ListingTest {

  private static final int MANY = 200_000;

  @TempDir Path folder;

  private static Listing read(String json) throws IOException {
    return new ListingReader(json, "owner/name", Progress.NONE).read("main");
  }

  private static String refused(String json) {
    return assertThrows(PermanentFailure.class, () -> read(json)).getMessage();
  }

  private static String file(String rest) {
    return "{\"siblings\": [{\"rfilename\": \"x\", " + rest + "}]}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-5",
        "0.5",
        "1e18",
        "1e400",
        "9223372036854775808",
        "4611686018427387904",
        "-9223372036854775808",
        "\"7\"",
        "null",
        "[]",
        "{}",
        "true"
      })
  void sizesThatNoFileHasAreRefused(String size) {
    String message = refused(file("\"size\": " + size));
    assertTrue(message.contains("expected 0 or more bytes"), message);
  }

  @Test
  void sizesAreAddedUpExactly() throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      long most = 999_999_999_999_999L;
      model.hub.toldSize.put(HubDownloads.UNET, most);
      model.hub.toldSize.put(HubDownloads.VAE, most);
      DownloadPlan plan = model.plan();
      assertTrue(plan.bytes() > 2 * most);
      assertEquals(plan.bytes(), plan.missing());
      assertFalse(plan.isThere());
      assertThrows(IOException.class, plan::requireSpace);
    }
  }

  @Test
  void anEmptyFileIsRefusedBeforeAnythingIsWritten() throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      for (String path : List.of(HubDownloads.UNET, HubDownloads.VAE, "model_index.json")) {
        model.hub.toldSize.clear();
        model.hub.toldSize.put(path, 0L);
        String message = assertThrows(IOException.class, model::plan).getMessage();
        assertTrue(message.contains("\"" + path + "\" with 0 bytes: it is empty"), message);
        assertEquals(Set.of(), model.found());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"blobId\": \"x\"|40 hexadecimal digits",
        "\"blobId\": \"../../../x\"|40 hexadecimal digits",
        "\"lfs\": {\"sha256\": \"00\"}|64 hexadecimal digits"
      })
  void checksumsThatAreNoneAreRefused(String sum, String expected) {
    String message = refused(file("\"size\": 1, " + sum));
    assertTrue(message.contains(expected), message);
  }

  @Test
  void theChecksumOfALargeFilesPointerIsNotThatOfTheFile() throws IOException {
    String blob = "\"blobId\": \"" + "0".repeat(40) + "\"";
    assertEquals("", read(file("\"size\": 1, \"lfs\": {}, " + blob)).files().get("x").sum());
    String sha256 = "A".repeat(64);
    String lfs = "\"lfs\": {\"sha256\": \"" + sha256 + "\"}, " + blob;
    assertEquals("a".repeat(64), read(file("\"size\": 1, " + lfs)).files().get("x").sum());
  }

  @Test
  void withoutChecksumsAModelComesAndTheFilesAreNamed() throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      model.hub.hasSums = false;
      DownloadPlan plan = model.plan();
      assertEquals(7, plan.unverified().size());
      plan.run(model.progress);
      assertEquals(7, model.found().size());
      model.hub.hasSums = true;
      assertEquals(List.of(), model.plan().unverified());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>",
        "{",
        "{}",
        "{\"siblings\": null}",
        "{\"siblings\": {}}",
        "{\"siblings\": [1]}",
        "{\"siblings\": [{}]}",
        "{\"siblings\": [{\"rfilename\": {}}]}",
        "{\"siblings\": []",
        "{\"siblings\": [{\"rfilename\": \"x\", \"size\": 1}, {\"rfilename\": \"x\", \"size\": 2}]}"
      })
  void anythingElseIsToldInPlainWords(String json) {
    String message = refused(json);
    assertTrue(message.startsWith("The hub"), message);
    assertFalse(message.matches("(?s).*(Json|Lenient|java|null\\)|BEGIN_).*"), message);
  }

  @Test
  void deepListsAreRefused() {
    String deep = "[".repeat(500_000);
    assertTrue(refused("{\"x\": " + deep).contains("too deep"));
  }

  @Test
  void hundredsOfThousandsOfFilesTakeSeconds() throws IOException {
    try (HubDownloads model = new HubDownloads(folder)) {
      String own = model.hub.listing().toString();
      StringBuilder more = new StringBuilder("\"siblings\":[");
      for (int i = 0; i < MANY; i++) {
        more.append("{\"rfilename\": \"unet/x").append(i).append(".png\", \"size\": 1},");
      }
      String all = own.replace("\"siblings\":[", more);
      model.hub.answers.put("/api/", new FakeHub.Answer(200, all));
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long begin = threads.getCurrentThreadCpuTime();
      assertEquals(7, model.plan().files().size());
      double seconds = 1e-9 * (threads.getCurrentThreadCpuTime() - begin);
      assertTrue(seconds < 20, seconds + " s of the processor");
    }
  }

  @Test
  void moreSettingsThanAComponentHasAreRefused() {
    try (HubDownloads model = new HubDownloads(folder)) {
      for (int i = 0; i < 200; i++) model.hub.put("unet/x" + i + ".json", "{}");
      assertTrue(model.failure().contains("lists 201 files of settings in unet"));
    }
  }

  @Test
  void readingEndsWhenTheUserCancels() {
    Progress stops = new RecordedProgress(() -> true);
    assertThrows(
        CancellationException.class,
        () -> new ListingReader(file("\"size\": 1"), "owner/name", stops).read("main"));
  }
}
