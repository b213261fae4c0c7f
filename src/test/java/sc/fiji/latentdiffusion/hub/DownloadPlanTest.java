/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Component;
import sc.fiji.latentdiffusion.io.model.ModelFolder;

/** Downloads from a hub on the loopback interface, right and wrong ones. */
class DownloadPlanTest {

  private static final Retry AT_ONCE = new Retry(Duration.ZERO, (time, progress) -> {});
  private static final String INDEX =
      """
      {"_class_name": "StableDiffusionPipeline",
       "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
       "scheduler": ["diffusers", "PNDMScheduler"], "unet": ["diffusers", "UNet2DConditionModel"],
       "feature_extractor": [null, null], "vae": ["diffusers", "AutoencoderKL"],
       "text_encoder": ["transformers", "CLIPTextModel"]}
      """;
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
  private static final String UNET_FP16 = "unet/diffusion_pytorch_model.fp16.safetensors";
  private static final String VAE = "vae/diffusion_pytorch_model.safetensors";
  private static final int SIZE = 300_000;

  @TempDir Path folder;

  private final FakeHub hub = new FakeHub();
  private final RecordedProgress progress = new RecordedProgress();

  DownloadPlanTest() {
    hub.put("model_index.json", INDEX).put("scheduler/scheduler_config.json", "{\"a\": 1}");
    hub.put("unet/config.json", "{}").put("vae/config.json", "{ }");
    hub.put("text_encoder/config.json", "{  }");
    hub.put(UNET, FakeHub.bytes(SIZE)).put(VAE, FakeHub.bytes(2000));
    hub.put(UNET_FP16, FakeHub.bytes(SIZE / 2));
    hub.put("unet/diffusion_pytorch_model.bin", FakeHub.bytes(5000));
    hub.put("safety_checker/model.safetensors", FakeHub.bytes(4000));
    hub.put("v1.safetensors", read("micro.safetensors")).put("README.md", "read me");
  }

  private static byte[] read(String single) {
    try {
      return Files.readAllBytes(TestResources.original(single));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private HubClient client(Map<String, String> environment) throws IOException {
    return HubClient.of(hub.address(), environment, folder.resolve("home"));
  }

  private DownloadPlan plan(String name, String revision, String variant) throws IOException {
    HubClient client = client(Map.of());
    HubName asked = HubName.of(name, revision, client.endpoint());
    return DownloadPlan.plan(client, asked, variant, folder, progress, AT_ONCE);
  }

  private DownloadPlan plan() throws IOException {
    return plan(FakeHub.ID, "", "");
  }

  private String refused(String name, String revision, String variant) {
    return assertThrows(IOException.class, () -> plan(name, revision, variant)).getMessage();
  }

  private String failed(DownloadPlan download) {
    return assertThrows(IOException.class, () -> download.run(progress)).getMessage();
  }

  private Set<String> found() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> folder.relativize(path).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> in(String root, String... paths) {
    return Arrays.stream(paths)
        .map(path -> root + "/" + path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> whole() {
    return in(
        "owner/name",
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "unet/config.json",
        UNET,
        "vae/config.json",
        VAE);
  }

  private void assertHas(String path, String root) throws IOException {
    assertArrayEquals(hub.files.get(path), Files.readAllBytes(folder.resolve(root).resolve(path)));
  }

  private List<String> ranges() {
    return hub.seen.stream()
        .filter(request -> request.path().endsWith("/" + UNET) && request.byStore())
        .map(request -> String.valueOf(request.range()))
        .toList();
  }

  private Path part() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("owner/name/unet"))) {
      return files.filter(file -> file.toString().endsWith(".part")).findFirst().orElseThrow();
    }
  }

  /** Puts a model's files into the repository itself, as diffusers wrote them in 2022. */
  private void putFlat(Path model, String... parts) throws IOException {
    hub.files.clear();
    for (String part : parts) {
      try (Stream<Path> files = Files.list(model.resolve(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          hub.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    }
    hub.put("README.md", "read me").put("samples.json", "{}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filesBesideTheIndexOrWithoutOneAreAModelToo(boolean hasIndex) throws IOException {
    Path model = TestResources.golden("unet2d_models/grey");
    putFlat(model, "unet", "scheduler");
    if (hasIndex) {
      hub.put("model_index.json", Files.readAllBytes(model.resolve("model_index.json")));
    }
    DownloadPlan download = plan();
    List<String> files = download.files().stream().map(DownloadPlan.Entry::path).toList();
    assertEquals(hasIndex ? "model_index.json" : "config.json", files.get(files.size() - 1));
    download.run(progress);
    Set<String> expected =
        in(
            "owner/name",
            "config.json",
            "scheduler_config.json",
            "diffusion_pytorch_model.safetensors");
    if (hasIndex) expected.add("owner/name/model_index.json");
    assertEquals(expected, found());
    assertEquals(
        List.of("scheduler", "unet"),
        ModelFolder.open(folder.resolve("owner/name")).components().stream()
            .map(Component::name)
            .sorted()
            .toList());
  }

  @Test
  void anAutoencoderAloneIsAModelToo() throws IOException {
    putFlat(TestResources.SD1, "vae");
    plan().run(progress);
    assertEquals(in("owner/name", "config.json", "diffusion_pytorch_model.safetensors"), found());
    assertTrue(ModelFolder.open(folder.resolve("owner/name")).has("vae"));
  }

  @Test
  void aVariantThatAFlatRepositoryLacksIsRefused() throws IOException {
    putFlat(TestResources.SD1, "vae");
    String message = refused(FakeHub.ID, "", "fp16");
    assertTrue(
        message.contains("The weights in vae are: diffusion_pytorch_model.safetensors"), message);
  }

  @Test
  void aFolderGetsWhatItNeedsAndItsIndexLast() throws IOException {
    DownloadPlan download = plan();
    assertEquals(SIZE + 2000 + INDEX.length() + 17, download.bytes());
    assertEquals(download.bytes(), download.missing());
    assertEquals("openrail", download.licence());
    assertEquals("owner/name", download.requestName());
    assertEquals(folder.resolve("owner/name"), download.target());
    List<DownloadPlan.Entry> files = download.files();
    assertEquals("model_index.json", files.get(files.size() - 1).path());
    download.run(progress);
    assertEquals(whole(), found());
    assertHas(UNET, "owner/name");
    assertHas("model_index.json", "owner/name");
    assertEquals(0, download.missing());
    assertEquals(download.bytes(), progress.reports.get(1).total());
    assertEquals(0, progress.reports.get(1).done());
    RecordedProgress.Report last = progress.reports.get(progress.reports.size() - 1);
    assertTrue(last.done() <= last.total() && last.message().startsWith("Downloading "));
  }

  @Test
  void aVariantOrRevisionGetsAFolderOfItsOwn() throws IOException {
    DownloadPlan download = plan(FakeHub.ID, "v2", "fp16");
    assertEquals("owner/name@v2.fp16", download.requestName());
    download.run(progress);
    assertTrue(found().contains("owner/name@v2.fp16/" + UNET_FP16));
    assertFalse(found().contains("owner/name@v2.fp16/" + UNET));
    assertTrue(found().contains("owner/name@v2.fp16/" + VAE));
  }

  @Test
  void shardsAreThoseThatTheirIndexNames() throws IOException {
    hub.files.remove(UNET);
    String stem = "unet/diffusion_pytorch_model";
    hub.put(
        stem + ".safetensors.index.json",
        "{\"weight_map\": {\"a\": \"x-1.safetensors\",\n"
            + "\"b\": \"x-2.safetensors\", \"c\": \"x-1.safetensors\"}}");
    hub.put("unet/x-1.safetensors", FakeHub.bytes(3000)).put("unet/x-2.safetensors", "b");
    hub.put("unet/x-3.safetensors", FakeHub.bytes(3000));
    plan().run(progress);
    assertTrue(found().contains("owner/name/unet/x-1.safetensors"));
    assertTrue(found().contains("owner/name/unet/x-2.safetensors"));
    assertFalse(found().contains("owner/name/unet/x-3.safetensors"));
    hub.files.remove("unet/x-2.safetensors");
    assertTrue(refused(FakeHub.ID, "", "").contains("it lacks unet/x-2.safetensors"));
  }

  @Test
  void aSingleFileComesWithItsSettingsAlone() throws IOException {
    hub.put("v1.yaml", "model: {}");
    DownloadPlan download = plan(FakeHub.ID + "/v1.safetensors", "", "");
    assertEquals("owner/name/v1.safetensors", download.requestName());
    download.run(progress);
    assertEquals(in("owner/name", "v1.safetensors", "v1.yaml"), found());
    assertHas("v1.safetensors", "owner/name");
  }

  @Test
  void aSingleFileThatIsNoModelIsRefusedByItsHeaderBeforeItComes() throws IOException {
    byte[] lora = Files.readAllBytes(TestResources.golden("lora/kohya.safetensors"));
    hub.put("v1.safetensors", lora);
    String message = refused(FakeHub.ID + "/v1.safetensors", "", "");
    assertTrue(message.contains("Nothing is downloaded: v1.safetensors is a LoRA"), message);
    hub.put("v1.safetensors", FakeHub.bytes(5000));
    message = refused(FakeHub.ID + "/v1.safetensors", "", "");
    assertTrue(message.contains("is not a safetensors file"), message);
    assertEquals(Set.of(), found());
  }

  @Test
  void twoDoNotWriteTheSameFile() throws Exception {
    hub.cutAfter = 100_000;
    hub.stalls = true;
    AtomicBoolean stop = new AtomicBoolean();
    DownloadPlan first = plan();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () ->
                assertThrows(
                    CancellationException.class, () -> first.run(new RecordedProgress(stop::get))));
    while (!stalled()) {
      Thread.onSpinWait();
    }
    assertTrue(failed(plan()).contains(UNET + " is being downloaded already"));
    stop.set(true);
    running.get(1, TimeUnit.MINUTES);
    hub.cuts = 0;
    plan().run(progress);
    assertHas(UNET, "owner/name");
  }

  @Test
  void aFolderMayComeToASingleFileAndWhatIsThereIsNotBroughtAgain() throws IOException {
    plan(FakeHub.ID + "/v1.safetensors", "", "").run(progress);
    plan().run(progress);
    hub.seen.clear();
    DownloadPlan again = plan();
    assertEquals(0, again.missing());
    again.run(progress);
    assertEquals(List.of(), ranges());
  }

  @Test
  void aCutDownloadGoesOnWhereItEndedUntilItIsWhole() throws IOException {
    hub.cutAfter = 70_000;
    plan().run(progress);
    assertEquals(whole(), found());
    assertHas(UNET, "owner/name");
    assertEquals(5, ranges().size(), ranges().toString());
    assertEquals("null", ranges().get(0));
    for (String range : ranges().subList(1, 5)) {
      assertTrue(range.matches("bytes=\\d+-"), range);
    }
  }

  @Test
  void aDownloadThatGetsNoFurtherEndsWithAMessageAndResumesLater() throws IOException {
    hub.cutAfter = 100_000;
    hub.cuts = 1;
    hub.busy = 0;
    DownloadPlan download = plan();
    RecordedProgress breaking = new RecordedProgress(() -> hub.cuts <= 0 && breakHub());
    String message = assertThrows(IOException.class, () -> download.run(breaking)).getMessage();
    assertTrue(message.contains("was cut after "), message);
    assertTrue(message.contains(" of " + SIZE + " bytes"), message);
    assertTrue(message.contains("Get the model again to go on from there"), message);
    long arrived = Files.size(part());
    assertTrue(arrived > 0 && arrived <= 100_000, arrived + " bytes");
    assertFalse(Files.exists(folder.resolve("owner/name/model_index.json")));
    hub.busy = 0;
    hub.seen.clear();
    DownloadPlan again = plan();
    assertEquals(again.bytes() - arrived - 10, again.missing());
    again.run(progress);
    assertEquals(List.of("bytes=" + arrived + "-"), ranges());
    assertHas(UNET, "owner/name");
    assertEquals(whole(), found());
  }

  private boolean breakHub() {
    hub.busy = Integer.MAX_VALUE;
    return false;
  }

  @Test
  void aServerThatBeginsAnewIsNotAppended() throws IOException {
    hub.cutAfter = 100_000;
    hub.cuts = 2;
    hub.ignoresRange = true;
    plan().run(progress);
    assertHas(UNET, "owner/name");
    assertTrue(progress.reports.stream().allMatch(report -> report.done() <= report.total()));
  }

  @Test
  void aBusyHubIsAskedAgain() throws IOException {
    hub.busy = 3;
    plan().run(progress);
    assertEquals(whole(), found());
  }

  @Test
  void aHubThatStaysBusyIsGivenUp() {
    hub.busy = Integer.MAX_VALUE;
    assertTrue(refused(FakeHub.ID, "", "").contains("is busy or out of order (status 503)"));
    assertEquals(Retry.MOST, hub.seen.size());
  }

  @Test
  void aFileWithAnotherChecksumIsDeletedAndTheFolderIsNoModel() throws IOException {
    hub.toldSha256.put(UNET, "0".repeat(64));
    String message = failed(plan());
    assertTrue(message.contains(UNET + " is not what the hub lists"), message);
    assertTrue(message.contains(FakeHub.sha256(hub.files.get(UNET))), message);
    assertEquals(in("owner/name", "scheduler/scheduler_config.json", "unet/config.json"), found());
  }

  @Test
  void smallFilesAreVerifiedByGitsChecksum() throws IOException {
    DownloadPlan download = plan();
    hub.put("unet/config.json", "[]");
    assertTrue(failed(download).contains("unet/config.json is not what the hub lists"));
  }

  @Test
  void aFileThatIsLongerThanToldIsNotKept() throws IOException {
    hub.toldSize.put(UNET, SIZE - 1L);
    String message = failed(plan());
    assertTrue(message.contains("sends " + SIZE + " bytes for " + UNET), message);
    assertFalse(found().stream().anyMatch(path -> path.endsWith(".part")));
  }

  @Test
  void withoutTheTokenAGatedModelSaysWhatToDo() {
    hub.gatedBy = "hf_secret";
    String message = refused(FakeHub.ID, "", "");
    assertTrue(message.contains("owner/name is gated (status 401: Access is restricted)"), message);
    assertTrue(message.contains(hub.address() + "/owner/name"), message);
    assertTrue(message.contains("HF_TOKEN"), message);
  }

  @Test
  void theTokenGoesToTheHubAndNotToWhereItLeads() throws IOException {
    hub.gatedBy = "hf_secret";
    Map<String, String> environment = Map.of("HF_TOKEN", "hf_secret", "HF_ENDPOINT", hub.address());
    HubClient client = HubClient.of("", environment, folder.resolve("home"));
    HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
    DownloadPlan.plan(client, name, "", folder, progress, AT_ONCE).run(progress);
    assertEquals(whole(), found());
    for (FakeHub.Seen request : hub.seen) {
      String expected = request.byStore() ? null : "Bearer hf_secret";
      assertEquals(expected, request.authorization(), request.path());
    }
    assertTrue(hub.seen.stream().anyMatch(FakeHub.Seen::byStore));
    assertFalse(progress.reports.toString().contains("hf_secret"));
  }

  @Test
  void aTokenThatDoesNotOpenTheModelIsNotToldInTheMessage() {
    hub.gatedBy = "hf_other";
    Map<String, String> environment = Map.of("HF_TOKEN", "hf_secret", "HF_ENDPOINT", hub.address());
    String message =
        assertThrows(
                IOException.class,
                () -> {
                  HubClient client = HubClient.of("", environment, folder);
                  HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
                  DownloadPlan.plan(client, name, "", folder, progress, AT_ONCE);
                })
            .getMessage();
    assertTrue(message.contains("The access token that was sent does not open it"), message);
    assertFalse(message.contains("hf_secret"), message);
  }

  @Test
  void aHubThatAMacroNamesGetsNoToken() throws IOException {
    HubClient client = client(Map.of("HF_TOKEN", "hf_secret"));
    HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
    DownloadPlan.plan(client, name, "", folder, progress, AT_ONCE).run(progress);
    assertTrue(hub.seen.stream().allMatch(request -> request.authorization() == null));
  }

  @Test
  void aProxyOfTheEnvironmentIsUsed() throws IOException {
    Map<String, String> environment =
        Map.of("http_proxy", hub.address(), "HF_ENDPOINT", "http://hub.invalid", "HF_TOKEN", "t");
    HubClient client = HubClient.of("", environment, folder.resolve("home"));
    HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
    DownloadPlan.plan(client, name, "", folder, progress, AT_ONCE).run(progress);
    assertEquals(whole(), found());
    assertTrue(
        hub.seen.stream().allMatch(request -> request.authorization() == null),
        "a token must not go over a line that others can read");
  }

  @Test
  void aUserWhoStopsIsNotKeptWaitingAndWhatHasArrivedStays() throws IOException {
    hub.cutAfter = 100_000;
    hub.stalls = true;
    DownloadPlan download = plan();
    RecordedProgress stopping = new RecordedProgress(() -> stalled());
    assertThrows(CancellationException.class, () -> download.run(stopping));
    assertTrue(Files.size(part()) > 0);
    hub.cuts = 0;
    plan().run(progress);
    assertHas(UNET, "owner/name");
  }

  private boolean stalled() {
    try {
      return Files.exists(folder.resolve("owner/name/unet/config.json")) && Files.size(part()) > 0;
    } catch (IOException | RuntimeException e) {
      return false; // no part yet
    }
  }

  @Test
  void anotherFileThatIsThereIsNotReplaced() throws IOException {
    Path mine = folder.resolve("owner/name/unet/config.json");
    Files.createDirectories(mine.getParent());
    Files.writeString(mine, "my own");
    String message = failed(plan());
    assertTrue(message.contains(mine + " is there already, and is another file"), message);
    assertEquals("my own", Files.readString(mine));
  }

  @Test
  void whatDoesNotFitOnTheDiskIsNotBegun() throws IOException {
    hub.toldSize.put(UNET, 1L << 49);
    DownloadPlan download = plan();
    String message = assertThrows(IOException.class, download::requireSpace).getMessage();
    assertTrue(message.contains("are free there"), message);
    String free = "only \\d+ are"; // other programs use the disk, too
    assertEquals(message.replaceAll(free, ""), failed(download).replaceAll(free, ""));
    assertEquals(Set.of(), found());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "owner/nane|||There is no model owner/nane on http",
        "owner/name|v3||owner/name has no revision v3. Leave it empty for main.",
        "owner/name||fp8|no variant fp8. The weights in unet are: diffusion_pytorch_model.bin,"
            + " diffusion_pytorch_model.fp16.safetensors, diffusion_pytorch_model.safetensors.",
        "owner/name/v2.ckpt|||has no file v2.ckpt. Its single files are: v1.safetensors.",
      })
  void whatIsNotThereIsToldWithWhatIs(
      String name, String revision, String variant, String expected) {
    String message =
        refused(name, revision == null ? "" : revision, variant == null ? "" : variant);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aRepositoryThatIsNoModelHereSaysWhatItIs() {
    hub.put(
        "model_index.json",
        "{\"_class_name\": \"FluxPipeline\", \"vae\": [\"a\", \"b\"],"
            + " \"transformer\": [\"a\", \"b\"]}");
    assertTrue(refused(FakeHub.ID, "", "").contains("is a FluxPipeline of vae, transformer"));
    hub.put("model_index.json", "{");
    assertTrue(refused(FakeHub.ID, "", "").contains("model_index.json is not readable as JSON"));
    hub.files.remove("model_index.json");
    assertTrue(refused(FakeHub.ID, "", "").contains("it has: v1.safetensors."));
  }

  @Test
  void addressesThatOnlyBrowsersUnderstandAreFollowed() throws IOException {
    hub.put("a b{x.ckpt", FakeHub.bytes(2000));
    plan(FakeHub.ID + "/a b{x.ckpt", "", "").run(progress);
    assertHas("a b{x.ckpt", "owner/name");
  }

  @Test
  void redirectsWithoutEndAreNotFollowed() throws IOException {
    hub.redirect = "/" + FakeHub.ID + "/resolve/" + FakeHub.COMMIT + "/" + UNET;
    assertTrue(failed(plan()).contains("redirects too often"));
    hub.redirect = "file:///etc/passwd";
    assertTrue(failed(plan()).contains("which is not followed"));
  }

  @Test
  void aHubThatIsNotThereIsTold() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    HubClient client = HubClient.of("http://127.0.0.1:" + port, Map.of(), folder);
    HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
    String message =
        assertThrows(
                IOException.class,
                () -> DownloadPlan.plan(client, name, "", folder, progress, AT_ONCE))
            .getMessage();
    assertTrue(message.contains("can't reach 127.0.0.1"), message);
  }
}
