/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of models, hubs, tokens and proxies from users, the environment and addresses. */
class NamesTest {

  private static final Endpoint HUB = Endpoint.of("", Map.of());

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "owner/name,owner/name,-,main",
        " owner/na.me-1_x/ ,owner/na.me-1_x,-,main",
        "owner/name/a b.safetensors,owner/name,a b.safetensors,main",
        "owner/name/sub/X.CKPT,owner/name,sub/X.CKPT,main",
        "https://huggingface.co/owner/name,owner/name,-,main",
        "https://huggingface.co/owner/name/tree/v2,owner/name,-,v2",
        "https://huggingface.co/owner/name/blob/main/x.ckpt?download=true,owner/name,x.ckpt,main"
      })
  void namesAndAddressesMeanARepositoryOrAFile(
      String text, String id, String file, String revision) {
    HubName name = HubName.of(text, "", HUB);
    assertEquals(new HubName(id, file == null ? "" : file, revision), name);
    assertEquals("other", HubName.of(text, "other", HUB).revision());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "/name",
        "owner/",
        "../name",
        "owner/..",
        "owner/na me",
        "owner/name/model.onnx",
        "owner/name/unet",
        "https://other.hub/owner/name",
        "owner/.safetensors"
      })
  void anythingElseIsRefused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> HubName.of(text, "", HUB)).getMessage();
    assertTrue(message.contains("\"" + text + "\""), message);
  }

  @Test
  void theFolderSaysWhatIsNotTheMainBranchInFullPrecision() {
    assertEquals("o/n", new HubName("o/n", "", "main").folder(""));
    assertEquals("o/n.fp16", new HubName("o/n", "", "main").folder("fp16"));
    assertEquals("o/n@refs_pr_3", new HubName("o/n", "", "refs/pr/3").folder(""));
  }

  @Test
  void addressesOfFilesAreEncoded() {
    assertEquals(
        "https://huggingface.co/o/n/resolve/refs%2Fpr%2F3/a%20b/%C3%BC%2B.ckpt",
        HUB.file("o/n", "refs/pr/3", "a b/ü+.ckpt").toString());
    assertEquals(
        "https://huggingface.co/api/models/o/n/revision/main?blobs=true",
        HUB.listing("o/n", "main").toString());
  }

  @Test
  void theHubIsThatOfTheKeyElseOfTheEnvironment() {
    assertEquals(new Endpoint("https://huggingface.co", true), HUB);
    Map<String, String> mirror = Map.of("HF_ENDPOINT", "https://mirror.org/hf/");
    assertEquals(new Endpoint("https://mirror.org/hf", true), Endpoint.of("", mirror));
    assertEquals(
        new Endpoint("https://huggingface.co", false),
        Endpoint.of("https://huggingface.co", mirror));
    assertEquals(
        "https://mirror.org/hf/o/n/resolve/main/x",
        Endpoint.of("", mirror).file("o/n", "main", "x").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"huggingface.co", "ftp://x.org", "https://", "http://a b", "https://x?y"})
  void aHubThatIsNoAddressIsRefused(String hub) {
    assertThrows(IllegalArgumentException.class, () -> Endpoint.of(hub, Map.of()));
  }

  @Test
  void anOriginIsProtocolHostAndPort() {
    assertTrue(HUB.isOrigin(URI.create("https://HuggingFace.co:443/x")));
    assertFalse(HUB.isOrigin(URI.create("http://huggingface.co/x")));
    assertFalse(HUB.isOrigin(URI.create("https://huggingface.co:444/x")));
    assertFalse(HUB.isOrigin(URI.create("https://huggingface.co.evil.org/x")));
  }

  @Test
  void theTokenIsWhereTheHubsToolsKeepIt() throws IOException {
    assertEquals(Optional.empty(), Token.find(Map.of(), home));
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "hf_file\n");
    assertEquals("Bearer hf_file", authorization(Map.of()));
    assertEquals("Bearer hf_variable", authorization(Map.of("HF_TOKEN", " hf_variable ")));
    Path own = Files.writeString(home.resolve("token"), "hf_home");
    assertEquals("Bearer hf_home", authorization(Map.of("HF_HOME", home.toString())));
    assertEquals("Bearer hf_home", authorization(Map.of("HF_TOKEN_PATH", own.toString())));
  }

  private String authorization(Map<String, String> environment) throws IOException {
    return Token.find(environment, home).orElseThrow().authorization();
  }

  @Test
  void aTextThatIsNoTokenIsRefusedWithoutShowingIt() throws IOException {
    String message =
        assertThrows(IOException.class, () -> Token.find(Map.of("HF_TOKEN", "a secret"), home))
            .getMessage();
    assertTrue(message.contains("the variable HF_TOKEN"), message);
    assertFalse(message.contains("a secret"), message);
    assertFalse(Token.find(Map.of("HF_TOKEN", "hf_secret"), home).toString().contains("secret"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://huggingface.co, one:3128",
    "http://huggingface.co, two:80",
    "https://cdn.example.org, DIRECT",
    "https://example.org, DIRECT",
    "https://notexample.org, one:3128",
    "http://127.0.0.1:5000, DIRECT",
    "http://localhost, DIRECT"
  })
  void proxiesOfTheEnvironmentLeadEverywhereButToTheirExceptions(String uri, String expected) {
    Map<String, String> environment =
        Map.of(
            "HTTPS_PROXY", "http://user:secret@one:3128",
            "http_proxy", "two",
            "no_proxy", "localhost, .example.org");
    assertEquals(expected, proxy(new Proxies(null, environment), uri));
  }

  @Test
  void whatJavaKnowsComesFirst() {
    ProxySelector java = ProxySelector.of(InetSocketAddress.createUnresolved("java", 1));
    assertEquals("java:1", proxy(new Proxies(java, Map.of("https_proxy", "one:2")), "https://x"));
    ProxySelector direct =
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            throw new AssertionError(failure);
          }
        };
    assertEquals("one:2", proxy(new Proxies(direct, Map.of("all_proxy", "one:2")), "https://x"));
    assertEquals("DIRECT", proxy(new Proxies(direct, Map.of()), "https://x"));
    assertEquals(
        "DIRECT", proxy(new Proxies(direct, Map.of("all_proxy", "socks5://o:2")), "https://x"));
  }

  private static String proxy(Proxies proxies, String uri) {
    Proxy proxy = proxies.select(URI.create(uri)).get(0);
    if (proxy.type() == Proxy.Type.DIRECT) return "DIRECT";
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return address.getHostString() + ":" + address.getPort();
  }
}
