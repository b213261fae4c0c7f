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
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.hub.FakeHub.Answer;
import sc.fiji.latentdiffusion.hub.safety.ForeignText;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;
import sc.fiji.latentdiffusion.progress.Progress;

/** Networks as people have them: silent or busy servers, pages to sign in, refusals. */
class NetworksTest {

  private static final String LIST = "/api/";
  private static final String PAGE =
      "<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>";

  private static final Duration BRIEF = Duration.ofSeconds(1);

  @TempDir Path folder;

  private HubDownloads model;

  @BeforeEach
  void offerAModel() {
    model = new HubDownloads(folder);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static void assertOurs(String message) {
    assertFalse(message.matches("(?s).*(java|Exception|Json|Lenient|null).*"), message);
  }

  private String failure(String path, Answer answer) {
    model.hub.answers.put(path, answer);
    String message = model.failure();
    assertOurs(message);
    return message;
  }

  private long requests(String path) {
    return model.hub.seen.stream().filter(seen -> seen.path().contains(path)).count();
  }

  @ParameterizedTest
  @ValueSource(strings = {LIST, "model_index.json", HubDownloads.UNET})
  void aServerThatTakesRequestsAndStaysSilentIsAskedTwice(String path) {
    model.silence = BRIEF;
    String message = failure(path, Answer.NONE);
    assertTrue(message.contains("127.0.0.1 has sent nothing for"), message);
    assertTrue(requests(path) <= 4, requests(path) + " requests, two of them redirected");
  }

  @Test
  void aServerThatFallsSilentWithinAFileIsGivenUpAndTheFileGoesOnLater() throws IOException {
    String message = fallSilent();
    assertTrue(message.contains("was cut after "), message);
    assertTrue(message.contains("127.0.0.1 has sent nothing for"), message);
    assertTrue(message.contains("go on from there"), message);
    model.hub.answers.clear();
    model.plan().run(model.progress);
    assertEquals(7, model.found().size());
  }

  @Test
  void theUsersOwnPatienceIsAMinute() throws IOException {
    HubClient client = HubClient.of(model.hub.address());
    assertEquals(Duration.ofSeconds(30), client.patience(), "for each of two requests");
  }

  @ParameterizedTest
  @ValueSource(strings = {LIST, "model_index.json"})
  void cancellingEndsTheWaitForASilentServer(String path) throws IOException {
    model.hub.answers.put(path, Answer.NONE);
    HubClient client = model.client().waiting(Duration.ofHours(1));
    HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
    Progress stops = new RecordedProgress(() -> requests(path) > 0);
    assertThrows(
        CancellationException.class, () -> DownloadPlan.plan(client, name, "", folder, stops));
  }

  @Test
  void aPageToSignInInsteadOfTheListIsNamedWithItsTitleAndAddress() {
    String message = failure(LIST, new Answer(200, PAGE, "Content-Type", "text/html"));
    assertTrue(message.contains("a web page came (\"Sign in to the network\")"), message);
    assertTrue(message.contains(model.hub.address() + "/api/models/owner/name"), message);
    assertTrue(message.contains("sign in"), message);
    assertEquals(1, requests(LIST));
  }

  @Test
  void aPageIsAPageWhateverItIsCalled() {
    String message =
        failure(LIST, new Answer(200, "\n" + PAGE, "Content-Type", "application/json"));
    assertTrue(message.contains("a web page came"), message);
  }

  @Test
  void aRedirectToAPageToSignInIsNamedByThePagesAddress() {
    model.hub.answers.put("/login", new Answer(200, PAGE, "Content-Type", "text/html"));
    String there = model.hub.address() + "/login";
    String message = failure(LIST, new Answer(302, "", "Location", there + "?from=secret"));
    assertTrue(message.contains(" from " + there + ". "), message);
  }

  @Test
  void aNetworkThatAsksToSignInByItsStatusIsNamed() {
    assertTrue(failure(LIST, new Answer(511, "")).contains("sign in"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html; charset=utf-8", "application/octet-stream"})
  void aPageInsteadOfWeightsIsNotWritten(String type) throws IOException {
    String message = failure(HubDownloads.UNET, new Answer(200, PAGE, "Content-Type", type));
    assertTrue(
        message.contains("a web page came") || message.contains("bytes for " + HubDownloads.UNET),
        message);
    assertFalse(model.found().toString().contains("diffusion_pytorch_model"));
  }

  @Test
  void aPageLeavesWhatHasArrivedAsItIs() throws IOException {
    fallSilent();
    model.hub.answers.clear();
    Path part = folder.resolve(first(".part"));
    long arrived = Files.size(part);
    assertTrue(arrived > 0);
    failure(HubDownloads.UNET, new Answer(200, PAGE, "Content-Type", "text/html"));
    assertEquals(arrived, Files.size(part));
  }

  /** Sends a part of the U-Net, and nothing more from then on. */
  private String fallSilent() throws IOException {
    model.silence = BRIEF;
    model.hub.cutAfter = 1000;
    model.hub.cuts = 1;
    model.hub.stalls = true;
    DownloadPlan plan = model.plan();
    Progress silencing =
        new RecordedProgress(
            () -> {
              if (model.hub.cuts == 0) model.hub.answers.put(HubDownloads.UNET, Answer.NONE);
              return false;
            });
    String message = assertThrows(IOException.class, () -> plan.run(silencing)).getMessage();
    assertOurs(message);
    model.silence = Duration.ofSeconds(20);
    return message;
  }

  private String first(String ending) throws IOException {
    return model.found().stream().filter(file -> file.endsWith(ending)).findFirst().orElseThrow();
  }

  @Test
  void aShortTimeToWaitIsWaitedForAndTold() throws IOException {
    String message = failure(LIST, new Answer(429, "", "Retry-After", "3"));
    assertTrue(
        message.contains("is busy or out of order (status 429) and asks to wait 3 s"), message);
    assertEquals(List.of(3L, 3L, 3L), model.pauses.stream().map(Duration::toSeconds).toList());
    assertTrue(
        model.progress.reports.stream().anyMatch(r -> r.message().contains("waiting 3 s")),
        model.progress.reports.toString());
    model.hub.answers.clear();
    model.plan().run(model.progress);
  }

  @Test
  void aLongTimeToWaitIsTold() {
    String message = failure(LIST, new Answer(429, "", "Retry-After", "1500"));
    assertTrue(message.contains("asks to wait 25 minutes, until "), message);
    assertTrue(
        message.matches("(?s).*until \\d+ \\S+ \\d\\d:\\d\\d\\. Get the model again then\\."),
        message);
    assertEquals(1, requests(LIST));
    assertEquals(List.of(), model.pauses);
  }

  @Test
  void aDateToWaitForIsUnderstood() {
    DateTimeFormatter http = DateTimeFormatter.RFC_1123_DATE_TIME;
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    String later = http.format(now.plusHours(3).plusMinutes(1));
    assertTrue(failure(LIST, new Answer(503, "", "Retry-After", later)).contains("wait 3 hours"));
    String soon = http.format(now.plusSeconds(20));
    assertTrue(failure(LIST, new Answer(503, "", "Retry-After", soon)).contains(" s. Check"));
    assertTrue(model.pauses.stream().allMatch(pause -> pause.toSeconds() <= 20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "99999999999999999999", "Mon, 99 Foo 2020"})
  void anyOtherTimeToWaitIsNone(String time) {
    String message = failure(LIST, new Answer(429, "", "Retry-After", time));
    assertTrue(message.contains("is busy or out of order (status 429). Check"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|refuses owner/name (status 400)",
        "401|is gated, private, or not there",
        "403|or the network forbids it (status 403)",
        "404|There is no model owner/name",
        "407|needs a password",
        "418|refuses owner/name (status 418)",
        "204|does not give owner/name (status 204)",
        "500|is busy or out of order (status 500)",
        "599|is busy or out of order (status 599)",
        "302|redirects to \"\", which is not followed",
      })
  void everyStatusHasAMessage(int status, String expected) {
    String message = failure(LIST, new Answer(status, ""));
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://[",
        "file:///etc/passwd",
        "http://127.0.0.1:99999/x",
        "http://127.0.0.1:0/x",
        "javascript:1"
      })
  void redirectsToWhatIsNoAddressOfTheWebAreNotFollowed(String location) {
    String message =
        assertThrows(
                PermanentFailure.class,
                () -> {
                  model.hub.answers.put(LIST, new Answer(302, "", "Location", location));
                  model.plan();
                })
            .getMessage();
    assertTrue(message.contains("127.0.0.1 redirects to "), message);
  }

  @Test
  void anythingButAListIsToldInPlainWords() {
    assertTrue(failure(LIST, new Answer(200, "busy")).contains("is not the list of files"));
    assertTrue(failure(LIST, new Answer(200, "")).contains("is not the list of files"));
  }

  @Test
  void aFileOfAnotherLengthIsNotWritten() throws IOException {
    String message = failure(HubDownloads.UNET, new Answer(200, "too short"));
    assertTrue(message.contains("sends 9 bytes for " + HubDownloads.UNET), message);
    assertFalse(model.found().toString().contains("diffusion_pytorch_model"));
  }

  @Test
  void whatAHubSaysIsShownOnOneLine() {
    assertEquals("a<U+0009>b<U+2028>c<U+202E>ü", ForeignText.shown("a\tb\u2028c\u202eü"));
    String message = failure(LIST, new Answer(400, "", "X-Error-Message", "c".repeat(500)));
    assertTrue(message.contains(": ccc"), message);
    assertTrue(message.length() < 400, message);
  }
}
